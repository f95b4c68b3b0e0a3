import { createHash, timingSafeEqual } from 'node:crypto';
import type { SignatureRejections } from '../trace/apigateway-events';
import type { HeaderList } from './header-list';
import { queryParameters, type Request } from './message';

type Query = ReturnType<typeof queryParameters>;

/** The only IAM user of the account; it may do everything. */
export interface IamCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const MAX_SKEW_MS = 300_000;
/** Limit of `X-Amz-Expires`: a week. */
const MAX_EXPIRES_SECONDS = 604_800;

interface Signature {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `20260101T000000Z` */
  readonly date: string;
  /** Of a presigned URL, whose query has the signature. */
  readonly expiresSeconds?: number;
}

/** The access key of a valid signature, or why it is rejected: `message` is what AWS answers. */
export type VerifiedSignature =
  | { readonly accessKeyId: string }
  | {
      readonly [Reason in keyof SignatureRejections]: {
        readonly reason: Reason;
        readonly data: SignatureRejections[Reason];
        readonly message: string;
      };
    }[keyof SignatureRejections];

/** Verifies the signature (Version 4) of a request or a presigned URL (rows AG-IA-01, AG-IA-02 and LA-UR-08). */
export async function verifySignature(
  request: Request,
  body: Buffer | undefined,
  {
    credentials,
    now,
    region,
    service,
  }: {
    readonly credentials: IamCredentials;
    readonly now: () => number;
    readonly region: string;
    readonly service: 'execute-api' | 'lambda';
  },
): Promise<VerifiedSignature> {
  const query = queryParameters(request.query);
  const authorization = request.headers.get('authorization');
  const isPresigned = authorization === undefined && query.has('X-Amz-Signature');
  const given = isPresigned ? readQuery(query) : readHeaders(request.headers);
  const malformed = { reason: 'malformed', data: {}, message: 'Forbidden' } as const;
  if (!given) {
    const isMissing = authorization === undefined && !isPresigned;
    return isMissing ? { ...malformed, reason: 'missing' } : malformed;
  }
  const { accessKeyId, date, expiresSeconds } = given;
  if (accessKeyId !== credentials.accessKeyId) {
    const message = 'The security token included in the request is invalid.';
    return { reason: 'key-unknown', data: { accessKeyId }, message };
  }
  if (given.region !== region || given.service !== service) {
    const detail = given.service === service ? 'a valid region' : `correct service: '${service}'`;
    const data = { region: given.region, service: given.service, expectedRegion: region };
    return { reason: 'scope-wrong', data, message: `Credential should be scoped to ${detail}.` };
  }
  const signedAt = timeOf(date);
  if (signedAt === undefined) return malformed;
  const skewMs = now() - signedAt;
  const validMs = expiresSeconds === undefined ? MAX_SKEW_MS : expiresSeconds * 1_000;
  if (skewMs > validMs || skewMs < -MAX_SKEW_MS)
    return {
      reason: 'expired',
      data: { secondsAgo: Math.round(skewMs / 1_000) },
      message:
        skewMs > 0
          ? `Signature expired: ${date} is now earlier than the current time - ${validMs / 60_000} min.`
          : `Signature not yet current: ${date} is still later than the current time + 5 min.`,
    };
  const isRight = await matches(given, signedAt, { request, query, body, credentials, region, service });
  return isRight ? { accessKeyId } : { reason: 'invalid', data: {}, message: SIGNATURE_MISMATCH };
}

/** The IAM user of the account. */
export function iamUser(accountId: string): { readonly userId: string; readonly userArn: string } {
  return {
    userId: `LOCALCLOUD${accountId.slice(0, 11)}`,
    userArn: `arn:aws:iam::${accountId}:user/local-cloud`,
  };
}

export const SIGNATURE_MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

/** `AWS4-HMAC-SHA256 Credential=…/20260101/eu-west-1/execute-api/aws4_request, SignedHeaders=host;x-amz-date, Signature=…` */
function readHeaders(headers: HeaderList): Signature | undefined {
  const [, parameters] = /^AWS4-HMAC-SHA256\s+(.+)$/.exec(headers.get('authorization') ?? '') ?? [];
  const values = new Map(
    (parameters ?? '').split(',').map((part) => {
      const [, name = '', value = ''] = /^\s*(\w+)=(.*?)\s*$/.exec(part) ?? [];
      return [name, value] as const;
    }),
  );
  return toSignature((name) => values.get(name), headers.get('x-amz-date'));
}

/** Reads the query of a presigned URL: `X-Amz-Algorithm`, `X-Amz-Credential`, … */
function readQuery(query: Query): Signature | undefined {
  const valueOf = (name: string): string | undefined => query.get(`X-Amz-${name}`)?.[0];
  const expiresSeconds = Number(valueOf('Expires') ?? NaN);
  const isValid =
    Number.isInteger(expiresSeconds) && expiresSeconds >= 1 && expiresSeconds <= MAX_EXPIRES_SECONDS;
  const signature = toSignature(valueOf, valueOf('Date'));
  if (!signature || !isValid || valueOf('Algorithm') !== 'AWS4-HMAC-SHA256') return undefined;
  return { ...signature, expiresSeconds };
}

function toSignature(
  valueOf: (name: string) => string | undefined,
  date: string | undefined,
): Signature | undefined {
  const [accessKeyId, , region, service, terminator] = valueOf('Credential')?.split('/') ?? [];
  const signature = valueOf('Signature') ?? '';
  const signedHeaders = valueOf('SignedHeaders')?.toLowerCase().split(';') ?? [];
  if (!accessKeyId || !region || !service || terminator !== 'aws4_request') return undefined;
  if (!/^[0-9a-f]{64}$/.test(signature) || !signedHeaders.includes('host')) return undefined;
  return { accessKeyId, region, service, signedHeaders, signature, date: date ?? '' };
}

/** Parameters that a signer adds to a presigned URL. */
const PRESIGNED = ['Algorithm', 'Credential', 'Date', 'Expires', 'SignedHeaders', 'Signature'].map(
  (name) => `X-Amz-${name}`,
);

/** `20260101T000000Z` as milliseconds since the epoch. */
function timeOf(date: string): number | undefined {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const [year = NaN, month = NaN, ...rest] = parts.map(Number);
  const time = Date.UTC(year, month - 1, ...rest);
  return Number.isNaN(time) ? undefined : time;
}

/** Signs the request again and compares. The hash of the body is calculated, whatever the client says. */
async function matches(
  { signedHeaders, signature, expiresSeconds: expiresIn }: Signature,
  signedAt: number,
  {
    request,
    query,
    body,
    credentials,
    region,
    service,
  }: {
    readonly request: Request;
    readonly query: Query;
    readonly body: Buffer | undefined;
    readonly credentials: IamCredentials;
    readonly region: string;
    readonly service: string;
  },
): Promise<boolean> {
  const claimed = request.headers.get('x-amz-content-sha256');
  const hash = createHash('sha256')
    .update(body ?? '')
    .digest('hex');
  if (claimed !== undefined && claimed !== hash) return false;
  const headers = Object.fromEntries(
    signedHeaders.map((name) => [name, request.headers.getAll(name).join(',')]),
  );
  const isOwn = (name: string): boolean => expiresIn === undefined || !PRESIGNED.includes(name);
  const unsigned = {
    method: request.method,
    protocol: 'https:',
    hostname: headers['host'] ?? '',
    path: request.path,
    query: Object.fromEntries(
      [...query].flatMap(([name, values]) => (isOwn(name) ? [[name, [...values]]] : [])),
    ),
    headers,
    body,
  };
  const signingDate = new Date(signedAt);
  const names = new Set(signedHeaders);
  // Only signed requests load it.
  const { signerOf } = await import('./signer');
  const signer = signerOf(credentials, region, service);
  const expected =
    expiresIn === undefined
      ? signatureIn(await signer.sign(unsigned, { signingDate, signableHeaders: names }))
      : (
          await signer.presign(unsigned, {
            signingDate,
            expiresIn,
            signableHeaders: names,
            unhoistableHeaders: names,
          })
        ).query?.['X-Amz-Signature'];
  return (
    typeof expected === 'string' &&
    expected.length === signature.length &&
    timingSafeEqual(Buffer.from(expected), Buffer.from(signature))
  );
}

const signatureIn = ({
  headers,
}: {
  readonly headers: Readonly<Record<string, string>>;
}): string | undefined => /Signature=(\w+)$/.exec(headers['authorization'] ?? '')?.[1];
