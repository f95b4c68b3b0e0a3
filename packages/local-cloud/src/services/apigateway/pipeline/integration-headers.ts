import { HeaderList } from '../../../http/header-list';
import type { HeaderChange } from '../../../trace/trace';
import type { Call } from '../model/call';

/** Changes header fields and records each change with its cause, for the trace. */
export class HeaderEdits {
  readonly headers = new HeaderList();
  readonly changes: HeaderChange[] = [];

  constructor(readonly on: HeaderChange['on']) {}

  set(name: string, value: string, by: string): void {
    this.headers.set(name, value);
    this.changes.push({ on: this.on, op: 'set', name, value, by });
  }

  setSecret(name: string, value: string, by: string): void {
    this.headers.set(name, value);
    this.changes.push({ on: this.on, op: 'set', name, by });
  }

  setDefault(name: string, value: string): void {
    if (!this.headers.has(name)) this.set(name, value, 'API Gateway’s default');
  }

  recordRemoval(name: string, by = 'API Gateway drops it'): void {
    this.changes.push({ on: this.on, op: 'removed', name, by });
  }
}

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

/** Returns request headers for an HTTP proxy integration (rows AG-HD-00 to AG-HD-05); `bodyLength` is in bytes. */
export function toIntegrationHeaders(call: Call, host: string, bodyLength: number | undefined): HeaderEdits {
  const { request, api, traceId, iam } = call;
  const edits = new HeaderEdits('request');
  for (const [name, value] of request.headers) {
    const key = name.toLowerCase();
    if (DROPPED_FROM_REQUEST.has(key) || (iam && key === 'authorization')) edits.recordRemoval(name);
    else edits.headers.append(name, value);
  }
  edits.set('Host', host, "host of the integration's URI");
  edits.setDefault('Accept', 'application/json');
  edits.setDefault('User-Agent', `AmazonAPIGateway_${api.id}`);
  if (bodyLength !== undefined) {
    edits.setDefault('Content-Type', 'application/json');
    edits.set('Content-Length', String(bodyLength), 'API Gateway counts the bytes itself');
  }
  const forwardedFor = request.headers.get('x-forwarded-for');
  const chain = forwardedFor ? `${forwardedFor}, ${request.clientIp}` : request.clientIp;
  edits.set('X-Forwarded-For', chain, 'API Gateway appends its client');
  edits.set('X-Forwarded-Proto', 'https', 'API Gateway accepts HTTPS only');
  edits.set('X-Forwarded-Port', '443', 'API Gateway accepts HTTPS only');
  const traceOrigin = traceId.isNew ? 'a new trace' : 'continues the client’s trace';
  edits.set('X-Amzn-Trace-Id', traceId.header, traceOrigin);
  edits.set('X-Amzn-Apigateway-Api-Id', api.id, 'id of the API');
  return edits;
}

/** Converts the headers of an integration's response for the client (rows AG-HD-00, AG-HD-06 to AG-HD-10). */
export function toGatewayHeaders(
  fromBackend: HeaderList,
  { requestId, extendedRequestId }: Call,
): HeaderEdits {
  const edits = new HeaderEdits('response');
  for (const [name, value] of fromBackend) {
    const key = name.toLowerCase();
    if (DROPPED_FROM_RESPONSE.has(key)) {
      edits.recordRemoval(name);
    } else if (REMAPPED_IN_RESPONSE.has(key)) {
      const remapped = `x-amzn-Remapped-${name}`;
      edits.headers.append(remapped, value);
      edits.recordRemoval(name, `API Gateway remaps it to ${remapped}`);
      const by = `the integration's ${name}`;
      edits.changes.push({ on: 'response', op: 'set', name: remapped, value, by });
    } else edits.headers.append(name, value);
  }
  edits.set('Date', new Date().toUTCString(), 'API Gateway');
  edits.set('x-amzn-RequestId', requestId, 'request id of API Gateway');
  edits.set('x-amz-apigw-id', extendedRequestId, 'extended request id of API Gateway');
  return edits;
}
