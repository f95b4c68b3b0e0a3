import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { nextTrace } from '../../../http/backend';
import { HeaderList } from '../../../http/header-list';
import { queryParameters, type Request, type Response } from '../../../http/message';
import { readAtMost } from '../../../http/read-at-most';
import {
  type IamCredentials,
  iamUser,
  SIGNATURE_MISMATCH,
  verifySignature,
} from '../../../http/request-signature';
import type { LambdaEvents } from '../../../trace/lambda-events';
import type { Signer } from '../../s3/model/bucket-policy';
import type { FunctionUrl } from '../model/function-url';
import { allows, type Invoker, type Permission } from '../model/permission';
import type { ResponseStream } from '../run/runtime-api';
import type { CallFunction } from './invoke';
import { readStreamMetadata } from './stream-metadata';

const MAX_BODY_BYTES = 6 * 1_048_576;

export interface FunctionUrlOptions {
  readonly url: FunctionUrl;
  readonly call: CallFunction;
  readonly permissions: readonly Permission[];
  readonly accountId: string;
  readonly region: string;
  readonly credentials: IamCredentials;
  /** Logical id of the function, for events. */
  readonly functionId: string;
  readonly now: () => number;
}

/** Answers a request to a function URL. @param signer CloudFront, if it signed the request with its origin access control */
export type FunctionUrlServer = (request: Request, signer: Signer | undefined) => Promise<Response>;

/** Returns the server of a function URL: access, CORS, event, function, response, in this order (rows LA-UR-01 to LA-UR-06). */
export function functionUrlServer(options: FunctionUrlOptions): FunctionUrlServer {
  const { url, call, functionId: id, now } = options;
  return async (request, signer) => {
    const requestId = randomUUID();
    const { trace } = request;
    trace.add('lambda', 'url.called', { function: id, method: request.method, path: request.path });
    if (isPreflight(request) && url.cors) return preflight(request, options, requestId);
    const body = request.body ? await readAtMost(request.body, MAX_BODY_BYTES) : undefined;
    if (body === 'too large')
      return message(
        413,
        'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
        requestId,
      );
    const access = await checkAccess(request, body, signer, options);
    if ('reason' in access) {
      const { reason, principal, text = NOT_AUTHORIZED } = access;
      trace.add('lambda', 'url.denied', { function: id, reason, principal });
      return message(403, text, requestId);
    }
    const traceId = nextTrace(request.headers.get('x-amzn-trace-id'), now());
    const event = eventOf(request, body, {
      options,
      requestId,
      now: now(),
      traceHeader: traceId.header,
      accessKey: access.accessKey,
    });
    const { signal } = request;
    let onStream: ((stream: ResponseStream) => void) | undefined;
    const streamed = new Promise<ResponseStream>((resolve) => (onStream = resolve));
    const called = call({
      payload: JSON.stringify(event),
      invoker: undefined,
      traceHeader: traceId.header,
      ...(url.streams && { onStream }),
      trace,
      signal,
    });
    const outcome = await Promise.race([streamed, called]);
    if ('kind' in outcome && outcome.kind !== 'result') {
      const isThrottled = outcome.kind === 'rejected' && outcome.reason === 'throttled';
      trace.add('lambda', 'url.responded', { function: id, status: isThrottled ? 429 : 502 });
      return isThrottled ? message(429, 'Rate Exceeded.', requestId) : failed(requestId);
    }
    const response = await toResponse(outcome, url);
    if (typeof response === 'string') {
      trace.add('lambda', 'url.response-malformed', { function: id, detail: response });
      return failed(requestId);
    }
    response.headers.set('Date', new Date(now()).toUTCString());
    response.headers.set('x-amzn-RequestId', requestId);
    response.headers.set('X-Amzn-Trace-Id', traceId.header);
    for (const [name, value] of corsHeaders(request, options)) response.headers.set(name, value);
    trace.add('lambda', 'url.responded', { function: id, status: response.status });
    return response;
  };
}

const NOT_AUTHORIZED =
  'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html';

type Denial = Pick<LambdaEvents['url.denied'], 'reason' | 'principal'> & { readonly text?: string };

/** Allows a request, or returns why it is rejected with 403 (rows LA-UR-01 to LA-UR-03, LA-UR-08). */
async function checkAccess(
  request: Request,
  body: Buffer | undefined,
  signer: Signer | undefined,
  { url: { authType, functionArn }, permissions, accountId, ...verification }: FunctionUrlOptions,
): Promise<Denial | { readonly accessKey?: string }> {
  const signed = signer && 'service' in signer ? signer : undefined;
  if (authType === 'AWS_IAM' && !signed) {
    const verified = await verifySignature(request, body, { ...verification, service: 'lambda' });
    // The IAM user may do everything, in the account of the function.
    if (!('reason' in verified)) return { accessKey: verified.accessKeyId };
    const { reason, message: text } = verified;
    if (reason === 'missing' || reason === 'malformed') return { reason: 'not-signed', principal: '*' };
    return { reason, principal: '*', text };
  }
  if (authType === 'AWS_IAM' && signed) {
    const hash = request.headers.get('x-amz-content-sha256');
    if (body && body.length > 0 && hash !== createHash('sha256').update(body).digest('hex'))
      return { reason: 'payload-hash', principal: signed.service, text: SIGNATURE_MISMATCH };
  }
  const invoker: Invoker = {
    principal: signed?.service ?? '*',
    sourceArn: signed?.sourceArn,
    accountId: signed?.accountId ?? accountId,
    functionUrlAuthType: authType,
  };
  const isAllowed = (['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'] as const).every((action) =>
    allows(permissions, functionArn, action, invoker),
  );
  return isAllowed ? {} : { reason: 'no-permission', principal: invoker.principal };
}

const isPreflight = ({ method, headers }: Request): boolean =>
  method === 'OPTIONS' && headers.has('origin') && headers.has('access-control-request-method');

function preflight(request: Request, options: FunctionUrlOptions, requestId: string): Response {
  const { cors } = options.url;
  const origin = request.headers.get('origin');
  request.trace.add('lambda', 'url.preflight-answered', { function: options.functionId, origin });
  const headers = new HeaderList([
    ['Date', new Date(options.now()).toUTCString()],
    ['x-amzn-RequestId', requestId],
    ['Content-Length', '0'],
    ...corsHeaders(request, options),
  ]);
  const requested = request.headers.get('access-control-request-method') ?? '';
  const isAllowed = headers.has('access-control-allow-origin');
  if (isAllowed && cors && (cors.methods.includes('*') || cors.methods.includes(requested))) {
    headers.set('Access-Control-Allow-Methods', cors.methods.join(','));
    if (cors.headers.length > 0) headers.set('Access-Control-Allow-Headers', cors.headers.join(','));
    if (cors.maxAgeSeconds !== undefined) headers.set('Access-Control-Max-Age', String(cors.maxAgeSeconds));
  }
  return { status: 200, headers, body: undefined };
}

/** Row LA-UR-06. */
function corsHeaders({ headers }: Request, { url: { cors } }: FunctionUrlOptions): [string, string][] {
  const origin = headers.get('origin');
  if (!cors || origin === undefined) return [];
  if (!cors.origins.includes('*') && !cors.origins.includes(origin)) return [];
  return [
    ['Access-Control-Allow-Origin', cors.origins.includes('*') && !cors.allowsCredentials ? '*' : origin],
    ['Vary', 'Origin'],
    ...(cors.allowsCredentials ? ([['Access-Control-Allow-Credentials', 'true']] as [string, string][]) : []),
    ...(cors.exposedHeaders.length > 0
      ? ([['Access-Control-Expose-Headers', cors.exposedHeaders.join(',')]] as [string, string][])
      : []),
  ];
}

interface EventContext {
  readonly options: FunctionUrlOptions;
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly traceHeader: string;
  /** Of the IAM user who signed the request. */
  readonly accessKey: string | undefined;
}

/** Returns the event: payload format version 2.0 (row LA-UR-04). */
function eventOf(
  request: Request,
  body: Buffer | undefined,
  { options: { url, accountId }, requestId, now, traceHeader, accessKey }: EventContext,
): object {
  const [urlId] = url.host.split('.');
  const headers: Record<string, string> = {};
  for (const [name, value] of request.headers) {
    const key = name.toLowerCase();
    if (key === 'cookie' || key === 'connection') continue;
    if (accessKey !== undefined && key === 'authorization') continue;
    headers[key] = headers[key] === undefined ? value : `${headers[key]},${value}`;
  }
  const forwardedFor = headers['x-forwarded-for'];
  Object.assign(headers, {
    host: url.host,
    'x-amzn-trace-id': traceHeader,
    'x-forwarded-for': forwardedFor === undefined ? request.clientIp : `${forwardedFor},${request.clientIp}`,
    'x-forwarded-port': '443',
    'x-forwarded-proto': 'https',
  });
  const cookies = request.headers.getAll('cookie').flatMap((line) => line.split(/;\s*/));
  const query = queryParameters(request.query);
  const isBase64Encoded = body !== undefined && !isText(request.headers.get('content-type'));
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: request.path,
    rawQueryString: request.query,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(query.size > 0 && {
      queryStringParameters: Object.fromEntries([...query].map(([name, values]) => [name, values.join(',')])),
    }),
    requestContext: {
      accountId: url.authType === 'NONE' ? 'anonymous' : accountId,
      apiId: urlId,
      ...(accessKey !== undefined && {
        authentication: null,
        authorizer: { iam: iamContext(accountId, accessKey) },
      }),
      domainName: url.host,
      domainPrefix: urlId,
      http: {
        method: request.method,
        path: request.path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.clientIp,
        userAgent: request.headers.get('user-agent') ?? '',
      },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: logTime(now),
      timeEpoch: now,
    },
    ...(body && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
}

/** `requestContext.authorizer.iam` (row LA-UR-08). */
function iamContext(accountId: string, accessKey: string): object {
  const { userId, userArn } = iamUser(accountId);
  const absent = { cognitoIdentity: null, principalOrgId: null };
  return { accessKey, accountId, callerId: userId, ...absent, userArn, userId };
}

/** Bodies of these types reach the function as text, all others in Base64. */
function isText(contentType: string | undefined): boolean {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  return /^(text\/.*|application\/(json|javascript|xml|x-www-form-urlencoded|.*\+json|.*\+xml))$/.test(type);
}

/** `01/Jan/1970:00:00:00 +0000` */
function logTime(ms: number): string {
  const [, day, month, year, time] = new Date(ms).toUTCString().split(' ');
  return `${day ?? ''}/${month ?? ''}/${year ?? ''}:${time ?? ''} +0000`;
}

const Scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const StructuredResponse = z.looseObject({
  statusCode: z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
    .pipe(z.number().min(100).max(999)),
  headers: z.record(z.string(), Scalar).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.union([z.string(), z.number(), z.boolean()]).transform(String).nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** Converts what the function returned or streams (rows LA-UR-05 and LA-UR-07). @returns a text that says what is wrong with it */
function toResponse(
  outcome: ResponseStream | { readonly payload: string },
  { streams }: FunctionUrl,
): Promise<Response | string> | Response | string {
  if ('body' in outcome) return toStreamedResponse(outcome);
  const { payload } = outcome;
  if (!streams) return toBufferedResponse(payload);
  const body = Buffer.from(payload);
  return { status: 200, headers: contentHeaders('application/octet-stream', body), body };
}

const HTTP_METADATA = 'application/vnd.awslambda.http-integration-response';
const MAX_METADATA_BYTES = 65_536;

const Metadata = z.looseObject({
  statusCode: z.number().int().min(100).max(999).default(200),
  headers: z.record(z.string(), Scalar).default({}),
  cookies: z.array(z.string()).default([]),
});

async function toStreamedResponse({ contentType, body }: ResponseStream): Promise<Response | string> {
  if (contentType !== HTTP_METADATA)
    return { status: 200, headers: new HeaderList([['Content-Type', contentType]]), body };
  const metadata = Metadata.safeParse(await readStreamMetadata(body, MAX_METADATA_BYTES));
  if (!metadata.success) {
    body.destroy();
    return z.prettifyError(metadata.error);
  }
  const { statusCode: status, headers: own, cookies } = metadata.data;
  const headers = new HeaderList([['Content-Type', 'application/octet-stream']]);
  for (const [name, content] of Object.entries(own)) headers.set(name, content);
  for (const cookie of cookies) headers.append('Set-Cookie', cookie);
  return { status, headers, body };
}

function toBufferedResponse(payload: string): Response | string {
  const value = parsed(payload);
  const isStructured = typeof value === 'object' && value !== null && 'statusCode' in value;
  if (!isStructured) {
    const body = Buffer.from(typeof value === 'string' ? value : payload);
    return { status: 200, headers: contentHeaders('application/json', body), body };
  }
  const structured = StructuredResponse.safeParse(value);
  if (!structured.success) return z.prettifyError(structured.error);
  const { statusCode, headers: own, cookies, body: text, isBase64Encoded } = structured.data;
  const body = Buffer.from(text ?? '', isBase64Encoded ? 'base64' : 'utf8');
  const headers = contentHeaders('application/json', body);
  for (const [name, content] of Object.entries(own ?? {})) headers.set(name, content);
  for (const cookie of cookies ?? []) headers.append('Set-Cookie', cookie);
  return { status: statusCode, headers: headers.set('Content-Length', String(body.length)), body };
}

/** A function that streams may return text that is not JSON. */
function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}

function contentHeaders(type: string, body: Buffer): HeaderList {
  return new HeaderList([
    ['Content-Type', type],
    ['Content-Length', String(body.length)],
  ]);
}

/** Lambda's own error: its message is capitalized. */
function message(status: number, text: string, requestId: string): Response {
  return own(status, JSON.stringify({ Message: text }), requestId);
}

/** A function that failed: 502 with a text. */
const failed = (requestId: string): Response => own(502, 'Internal Server Error', requestId);

function own(status: number, text: string, requestId: string): Response {
  const body = Buffer.from(text);
  const headers = contentHeaders('application/json', body).set('Date', new Date().toUTCString());
  return { status, headers: headers.set('x-amzn-RequestId', requestId), body };
}
