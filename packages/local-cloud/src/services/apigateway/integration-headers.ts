import { HeaderList } from '../../http/header-list';
import type { Call } from './call';
import { HeaderEdits } from './header-edits';

/** Row AG-HD-03. */
const DROPPED_FROM_REQUEST = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-md5',
  'expect',
  'keep-alive',
  'max-forwards',
  'proxy-authenticate',
  'proxy-connection',
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
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
]);

/**
 * Headers of the request as an HTTP proxy integration sends them (rows AG-HD-00 to AG-HD-05).
 *
 * @param host of the integration's URI
 * @param bodyLength in bytes; `undefined` without a body
 */
export function toIntegrationHeaders(call: Call, host: string, bodyLength: number | undefined): HeaderEdits {
  const { request, api, trace } = call;
  const edits = new HeaderEdits(new HeaderList(), 'request');
  for (const [name, value] of request.headers) {
    if (DROPPED_FROM_REQUEST.has(name.toLowerCase()))
      edits.changes.push({ on: 'request', op: 'removed', name, by: 'API Gateway drops it' });
    else edits.headers.append(name, value);
  }
  edits.set('Host', host, "host of the integration's URI");
  edits.setDefault('Accept', 'application/json', 'API Gateway’s default');
  edits.setDefault('User-Agent', `AmazonAPIGateway_${api.id}`, 'API Gateway’s default');
  if (bodyLength !== undefined) {
    edits.setDefault('Content-Type', 'application/json', 'API Gateway’s default');
    edits.set('Content-Length', String(bodyLength), 'API Gateway counts the body itself');
  }
  const forwardedFor = request.headers.get('x-forwarded-for');
  const chain = forwardedFor ? `${forwardedFor}, ${request.clientIp}` : request.clientIp;
  edits.set('X-Forwarded-For', chain, 'API Gateway appends who called it');
  edits.set('X-Forwarded-Proto', 'https', 'API Gateway is called by HTTPS only');
  edits.set('X-Forwarded-Port', '443', 'API Gateway is called by HTTPS only');
  edits.set('X-Amzn-Trace-Id', trace.header, trace.isNew ? 'a new trace' : 'the trace that the caller began');
  edits.set('X-Amzn-Apigateway-Api-Id', api.id, 'API Gateway says which API it is');
  return edits;
}

/** Headers of the integration's response as the caller gets them (rows AG-HD-00, AG-HD-06 to AG-HD-10). */
export function toGatewayHeaders(
  fromBackend: HeaderList,
  { requestId, extendedRequestId }: Call,
): HeaderEdits {
  const edits = new HeaderEdits(new HeaderList(), 'response');
  for (const [name, value] of fromBackend) {
    const key = name.toLowerCase();
    if (DROPPED_FROM_RESPONSE.has(key)) {
      edits.changes.push({ on: 'response', op: 'removed', name, by: 'API Gateway drops it' });
    } else if (REMAPPED_IN_RESPONSE.has(key)) {
      const remapped = `x-amzn-Remapped-${name}`;
      edits.headers.append(remapped, value);
      edits.changes.push({ on: 'response', op: 'removed', name, by: `API Gateway remaps it to ${remapped}` });
      edits.changes.push({
        on: 'response',
        op: 'set',
        name: remapped,
        value,
        by: `the integration's ${name}`,
      });
    } else edits.headers.append(name, value);
  }
  edits.set('Date', new Date().toUTCString(), 'API Gateway');
  edits.set('x-amzn-RequestId', requestId, 'API Gateway’s id of the request');
  edits.set('x-amz-apigw-id', extendedRequestId, 'API Gateway’s other id of the request');
  return edits;
}
