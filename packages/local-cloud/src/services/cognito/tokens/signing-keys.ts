import { createHash, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { JSONWebKeySet, JWK } from 'jose';

/** A key that signs tokens, and its public half as the key set shows it. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicJwk: JWK;
}

/** A pool signs ID tokens and access tokens with different keys (row CG-JW-01). */
export interface SigningKeys {
  readonly id: SigningKey;
  readonly access: SigningKey;
  readonly jwks: JSONWebKeySet;
}

/** New keys for one pool; they live as long as the process. */
export async function generateSigningKeys(): Promise<SigningKeys> {
  const [id, access] = await Promise.all([generateSigningKey(), generateSigningKey()]);
  return { id, access, jwks: { keys: [id.publicJwk, access.publicJwk] } };
}

async function generateSigningKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const { e, n } = publicKey.export({ format: 'jwk' });
  if (e === undefined || n === undefined) throw new TypeError('An RSA key has an exponent and a modulus.');
  const kid = createHash('sha256')
    .update(publicKey.export({ format: 'der', type: 'spki' }))
    .digest('base64');
  return { kid, privateKey, publicJwk: { alg: 'RS256', e, kid, kty: 'RSA', n, use: 'sig' } };
}
