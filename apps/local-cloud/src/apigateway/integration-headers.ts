import { randomBytes } from 'node:crypto';
import { HeaderList } from '../http/header-list';
import type { Request } from '../http/message';
import type { GatewayRequestId } from './gateway-response';

/** Row AG-HD-03. */
const DROPPED_FROM_REQUEST = new Set([
  'connection',
  'content-encoding',
  'content-md5',
  'expect',
  'host',
  'keep-alive',
  'max-forwards',
  'proxy-authenticate',
  'server',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
  'www-authenticate',
]);

/** Rows AG-HD-00 and AG-HD-06. */
const REMAPPED_IN_RESPONSE = new Set([
  'authorization',
  'connection',
  'content-length',
  'content-md5',
  'date',
  'max-forwards',
  'server',
  'user-agent',
  'www-authenticate',
  'x-amzn-requestid',
]);

const DROPPED_FROM_RESPONSE = new Set([
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
]);

/**
 * Headers of the request as an HTTP proxy integration sends them (rows AG-HD-01 to AG-HD-05).
 *
 * @param host of the integration's URI
 */
export function toIntegrationHeaders(request: Request, host: string, apiId: string): HeaderList {
  const headers = request.headers.filter((name) => !DROPPED_FROM_REQUEST.has(name));
  headers.set('Host', host);
  if (!headers.has('accept')) headers.set('Accept', 'application/json');
  if (!headers.has('user-agent')) headers.set('User-Agent', `AmazonAPIGateway_${apiId}`);
  if (request.body && !headers.has('content-type')) headers.set('Content-Type', 'application/json');
  const forwardedFor = request.headers.get('x-forwarded-for');
  headers.set('X-Forwarded-For', forwardedFor ? `${forwardedFor}, ${request.clientIp}` : request.clientIp);
  headers.set('X-Forwarded-Proto', 'https').set('X-Forwarded-Port', '443');
  headers.set('X-Amzn-Trace-Id', traceId(request.headers.get('x-amzn-trace-id')));
  return headers.set('X-Amzn-Apigateway-Api-Id', apiId);
}

/** An existing root is kept and a `Self` added (row AG-HD-02). */
function traceId(existing: string | undefined): string {
  const time = Math.floor(Date.now() / 1_000).toString(16);
  const fresh = `1-${time}-${randomBytes(12).toString('hex')}`;
  return existing?.includes('Root=') ? `Self=${fresh};${existing}` : `Root=${fresh}`;
}

/** Headers of the integration's response as the caller gets them (row AG-HD-06). */
export function toGatewayHeaders(fromBackend: HeaderList, id: GatewayRequestId): HeaderList {
  const headers = new HeaderList();
  const contentLength = fromBackend.get('content-length');
  for (const [name, value] of fromBackend) {
    const key = name.toLowerCase();
    if (DROPPED_FROM_RESPONSE.has(key)) continue;
    headers.append(REMAPPED_IN_RESPONSE.has(key) ? `x-amzn-Remapped-${name}` : name, value);
  }
  headers
    .set('Date', new Date().toUTCString())
    .set('x-amzn-RequestId', id.requestId)
    .set('x-amz-apigw-id', id.extendedRequestId);
  return contentLength === undefined ? headers : headers.set('Content-Length', contentLength);
}
