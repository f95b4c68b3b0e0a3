import { Readable } from 'node:stream';
import type { HeaderList } from '../../../../http/header-list';
import type { Request, Response } from '../../../../http/message';
import type { OriginFailureReason } from '../../../../trace/cloudfront-events';
import type { Signer } from '../../../s3/model/bucket-policy';
import { isRemovedFromResponse } from '../../model/header-rules';
import { accessIdentityArn, accessIdentityUserId, type Origin } from '../../model/origin';
import { edgeError, type EdgeResponse, ERROR_TEXT, type Exchange } from '../exchange';
import { toOriginRequest } from './request';
import { type OriginAccess, OriginFailure, type OriginServer } from './server';

/** Limit of the headers of an origin's response, as of a viewer's request (row CF-LIM-04). */
const MAX_HEAD_BYTES = 32_768;

const S3_IDS = new Set(['x-amz-id-2', 'x-amz-request-id']);

/** Gets a response from the origin of the exchange's behavior, or from the second origin of its group. */
export async function fetchFromOrigin(
  exchange: Exchange,
  request: Request,
  access: OriginAccess,
): Promise<EdgeResponse> {
  const { origin, failover } = exchange.behavior;
  const answer = await ask(exchange, origin, request, access);
  const { status, body } = answer.response;
  const isRead = ['GET', 'HEAD', 'OPTIONS'].includes(request.method);
  if (!failover || !isRead || !failover.statuses.includes(status)) return answer;
  if (body instanceof Readable) body.destroy();
  const { trace } = exchange.request;
  trace.add('cloudfront', 'origin.failed-over', {
    group: failover.groupId,
    status,
    from: origin.id,
    to: failover.origin.id,
  });
  return ask(exchange, failover.origin, request, access);
}

async function ask(
  exchange: Exchange,
  origin: Origin,
  request: Request,
  { originServers, accountId }: OriginAccess,
): Promise<EdgeResponse> {
  const { trace } = exchange.request;
  const fail = (reason: OriginFailureReason, detail: string): EdgeResponse => {
    const [status, text] = ANSWERS[reason];
    trace.add('cloudfront', 'origin.failed', { host: origin.domainName, status, reason, detail });
    return edgeError(exchange, status, text);
  };
  const server = originServers.get(origin.domainName);
  if (!server) return fail('no-server', 'no local server has this name');

  const { request: toOrigin, changes } = toOriginRequest(exchange, origin, request);
  const signer = signerOf(exchange, origin, toOrigin, accountId);
  trace.add(
    'cloudfront',
    'origin.requested',
    {
      host: origin.domainName,
      method: request.method,
      path: toOrigin.path,
      ...(signer && { signedBy: 'service' in signer ? 'origin-access-control' : 'origin-access-identity' }),
    },
    { headers: changes },
  );
  try {
    const answer = await withAttempts(server, toOrigin, signer, origin);
    if (answer.headers.byteLength > MAX_HEAD_BYTES) {
      if (answer.body instanceof Readable) answer.body.destroy();
      return fail('headers-too-large', `its headers have ${answer.headers.byteLength} bytes`);
    }
    return {
      response: { ...answer, headers: toViewerHeaders(answer.headers, origin) },
      result: answer.status >= 400 ? 'Error' : 'Miss',
      originStatus: answer.status,
    };
  } catch (error) {
    if (!(error instanceof OriginFailure) || request.signal.aborted) throw error;
    return fail(error.reason, error.message);
  }
}

/** Rows CF-DOWN-01, CF-DOWN-02 and CF-LIM-04. */
const ANSWERS: Readonly<Record<OriginFailureReason, readonly [status: number, text: string]>> = {
  'no-server': [502, ERROR_TEXT.originDns],
  dns: [502, ERROR_TEXT.originDns],
  'connection-refused': [502, ERROR_TEXT.originFailed],
  'connection-broken': [502, ERROR_TEXT.originFailed],
  'headers-too-large': [502, ERROR_TEXT.originFailed],
  'connect-timeout': [504, ERROR_TEXT.originTimeout],
  'read-timeout': [504, ERROR_TEXT.originTimeout],
};

/** Removes hop-by-hop headers and the request ids of S3 (row CF-RESP-03). */
function toViewerHeaders(headers: HeaderList, { kind }: Origin): HeaderList {
  return headers.filter((name) => !isRemovedFromResponse(name) && !(kind === 's3' && S3_IDS.has(name)));
}

/** Returns the identity that signs a request to S3 (row CF-REQ-16); `undefined` when the request is not signed. */
function signerOf(
  { distribution }: Exchange,
  { signing, accessIdentity }: Origin,
  toOrigin: Request,
  accountId: string,
): Signer | undefined {
  if (signing === 'always' || (signing === 'no-override' && !toOrigin.headers.has('authorization')))
    return { service: 'cloudfront.amazonaws.com', sourceArn: distribution.arn, accountId };
  if (accessIdentity === undefined) return undefined;
  return { canonicalUserId: accessIdentityUserId(accessIdentity), arn: accessIdentityArn(accessIdentity) };
}

/** Repeats failed GET and HEAD requests (row CF-DOWN-03). */
async function withAttempts(
  server: OriginServer,
  request: Request,
  signer: Signer | undefined,
  origin: Origin,
): Promise<Response> {
  const attempts = request.method === 'GET' || request.method === 'HEAD' ? origin.connectionAttempts : 1;
  for (let attempt = 1; ; attempt++) {
    try {
      return await withinReadTimeout(server, request, signer, origin);
    } catch (error) {
      if (!(error instanceof OriginFailure) || request.signal.aborted || attempt >= attempts) throw error;
      request.trace.add('cloudfront', 'origin.attempt-failed', {
        host: origin.domainName,
        attempt,
        attempts,
        detail: error.message,
      });
    }
  }
}

async function withinReadTimeout(
  server: OriginServer,
  request: Request,
  signer: Signer | undefined,
  { connectionTimeoutMs: connectTimeoutMs, readTimeoutMs, protocolPolicy, ports }: Origin,
): Promise<Response> {
  const isPlain =
    protocolPolicy === 'http-only' || (protocolPolicy === 'match-viewer' && request.protocol === 'http');
  const protocol = isPlain ? 'http' : 'https';
  // Does what `AbortSignal.any` does, but is much faster; every request passes here.
  const attempt = new AbortController();
  request.signal.addEventListener('abort', () => attempt.abort(request.signal.reason), { once: true });
  if (request.signal.aborted) attempt.abort(request.signal.reason);
  const { signal } = attempt;
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new OriginFailure('read-timeout', `no answer within ${readTimeoutMs / 1000} s (OriginReadTimeout)`),
      );
      attempt.abort();
    }, readTimeoutMs);
  });
  try {
    return await Promise.race([
      server({ ...request, signal }, signer, {
        protocol,
        port: ports[protocol],
        connectTimeoutMs,
        readTimeoutMs,
      }),
      timeout,
    ]);
  } finally {
    clearTimeout(timer);
  }
}
