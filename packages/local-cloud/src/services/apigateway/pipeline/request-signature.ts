import { createHash, timingSafeEqual } from 'node:crypto';
import type { HeaderList } from '../../../http/header-list';
import type { SignatureRejections } from '../../../trace/apigateway-events';
import type { Call } from '../model/call';
import { GATEWAY_ERRORS, type GatewayError } from '../model/gateway-error';
import type { Route } from '../model/routing';
import { reject } from './call';

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

/** Verifies the signature (Version 4) of a request to a method with `AWS_IAM` (rows AG-IA-01 and AG-IA-02). @throws CallRejectedError */
export async function checkSignature(
  call: Call,
  { method }: Route,
  body: Buffer | undefined,
  { credentials, now }: { readonly credentials: IamCredentials; readonly now: () => number },
): Promise<void> {
  if (!method.requiresSignature) return;
  const { api, request } = call;
  const authorization = request.headers.get('authorization');
  const refuse = <Reason extends keyof SignatureRejections>(
    reason: Reason,
    data: SignatureRejections[Reason],
    error: GatewayError,
  ): never => {
    // Reason and data belong together, which TypeScript cannot follow through the template literal.
    const event = `signature.${reason}` as 'signature.invalid';
    return reject(call, error, event, data);
  };
  const isPresigned = authorization === undefined && call.query.has('X-Amz-Signature');
  const given = isPresigned ? readQuery(call.query) : readHeaders(request.headers);
  if (!given) {
    const reason = authorization === undefined && !isPresigned ? 'missing' : 'malformed';
    return refuse(reason, {}, GATEWAY_ERRORS.noRoute(authorization));
  }
  const { accessKeyId, region, service, date, expiresSeconds } = given;
  if (accessKeyId !== credentials.accessKeyId)
    return refuse('key-unknown', { accessKeyId }, GATEWAY_ERRORS.keyUnknown);
  if (region !== api.region || service !== 'execute-api') {
    const detail = service === 'execute-api' ? 'a valid region' : "correct service: 'execute-api'";
    const data = { region, service, expectedRegion: api.region };
    return refuse('scope-wrong', data, GATEWAY_ERRORS.signature(`Credential should be scoped to ${detail}.`));
  }
  const signedAt = timeOf(date);
  if (signedAt === undefined) return refuse('malformed', {}, GATEWAY_ERRORS.noRoute(authorization));
  const skewMs = now() - signedAt;
  const validMs = expiresSeconds === undefined ? MAX_SKEW_MS : expiresSeconds * 1_000;
  if (skewMs > validMs || skewMs < -MAX_SKEW_MS)
    return refuse(
      'expired',
      { secondsAgo: Math.round(skewMs / 1_000) },
      GATEWAY_ERRORS.signature(
        skewMs > 0
          ? `Signature expired: ${date} is now earlier than the current time - ${validMs / 60_000} min.`
          : `Signature not yet current: ${date} is still later than the current time + 5 min.`,
      ),
    );
  if (!(await matches(given, signedAt, call, body, credentials)))
    return refuse('invalid', {}, GATEWAY_ERRORS.signature(MISMATCH));
  call.iam = userOf(api.accountId, accessKeyId);
  request.trace.add('apigateway', 'signature.accepted', { userArn: call.iam.userArn });
}

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

function userOf(accountId: string, accessKey: string): NonNullable<Call['iam']> {
  const user = `LOCALCLOUD${accountId.slice(0, 11)}`;
  return { accountId, accessKey, caller: user, user, userArn: `arn:aws:iam::${accountId}:user/local-cloud` };
}

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
function readQuery(query: Call['query']): Signature | undefined {
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
  { api, request, query }: Call,
  body: Buffer | undefined,
  credentials: IamCredentials,
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
  // Only APIs with signed methods load it.
  const { signerOf } = await import('./signer');
  const signer = signerOf(credentials, api.region);
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
