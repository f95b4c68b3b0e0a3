import {
  createHash,
  createHmac,
  getDiffieHellman,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

/*
 * The server's side of the Secure Remote Password protocol as Cognito uses it: SRP-6a (RFC 2945, RFC 5054) with SHA-256, the
 * group of 3072 bits of RFC 3526, and a key of 16 bytes from HKDF (row CG-UP-04).
 */

const GROUP = getDiffieHellman('modp15');
const N = toNumber(GROUP.getPrime());
const G = toNumber(GROUP.getGenerator());
const K = hash(bytesOf(N), bytesOf(G));

/** Values of the server for one sign-in. */
export interface SrpServer {
  readonly salt: bigint;
  readonly privateValue: bigint;
  readonly publicValue: bigint;
  readonly verifier: bigint;
  readonly clientPublicValue: bigint;
}

/**
 * Answers the client's public value `SRP_A`.
 *
 * @param passwordDigest SHA-256 of pool name, username, colon and password
 * @returns `undefined` when the protocol forbids the client's value
 */
export function answerClient(clientPublicHex: string, passwordDigest: Buffer): SrpServer | undefined {
  const clientPublicValue = BigInt(`0x${clientPublicHex}`);
  if (clientPublicValue % N === 0n) return undefined;
  const salt = toNumber(randomBytes(16));
  const verifier = power(G, hash(bytesOf(salt), passwordDigest));
  const privateValue = toNumber(randomBytes(32));
  const publicValue = (K * verifier + power(G, privateValue)) % N;
  return { salt, privateValue, publicValue, verifier, clientPublicValue };
}

interface Claim {
  readonly poolName: string;
  readonly username: string;
  /** Bytes of `PASSWORD_CLAIM_SECRET_BLOCK`. */
  readonly secretBlock: Buffer;
  readonly timestamp: string;
  /** Bytes of `PASSWORD_CLAIM_SIGNATURE`. */
  readonly signature: Buffer;
}

/** Returns whether the client's signature proves that it knows the password. */
export function provesPassword(server: SrpServer, claim: Claim): boolean {
  const { clientPublicValue, publicValue, privateValue, verifier } = server;
  const u = hash(bytesOf(clientPublicValue), bytesOf(publicValue));
  const secret = power(clientPublicValue * power(verifier, u), privateValue);
  const key = hkdfSync('sha256', bytesOf(secret), bytesOf(u), 'Caldera Derived Key', 16);
  const expected = createHmac('sha256', Buffer.from(key))
    .update(claim.poolName + claim.username)
    .update(claim.secretBlock)
    .update(claim.timestamp)
    .digest();
  return claim.signature.length === expected.length && timingSafeEqual(claim.signature, expected);
}

/** Writes a number as hexadecimal digits, for `SALT` and `SRP_B`. */
export function hexOf(value: bigint): string {
  return value.toString(16);
}

/** Bytes of a number as the protocol hashes them: with a zero byte in front when the first bit is set. */
function bytesOf(value: bigint): Buffer {
  const hex = hexOf(value);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, 'hex');
}

function toNumber(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}

function hash(...parts: readonly Buffer[]): bigint {
  return toNumber(createHash('sha256').update(Buffer.concat(parts)).digest());
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base % N;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % N;
    square = (square * square) % N;
  }
  return result;
}
