import { Readable } from 'node:stream';
import type { HeaderList } from '../../../../http/header-list';
import type { Request, Response } from '../../../../http/message';
import type { Signer } from '../../../s3/model/bucket-policy';
import { accessIdentityArn, accessIdentityUserId } from '../../model/access-identity';
import type { Origin } from '../../model/distribution';
import { type EdgeResponse, edgeError } from '../edge-response';
import { ERROR_TEXT } from '../error-page';
import { type Exchange, SERVICE } from '../exchange';
import { isRemovedFromResponse } from '../../model/header-rules';
import { OriginFailure } from './server';
import { toOriginRequest } from './request';

/** The head of an origin's response may be as large as a viewer's request (row CF-LIM-04). */
const MAX_HEAD_BYTES = 32_768;

const S3_IDS = new Set(['x-amz-id-2', 'x-amz-request-id']);

/** How long a server may take to be reached, and to say something, as the template has it. */
export interface OriginTimeouts {
  readonly connectTimeoutMs: number;
  readonly readTimeoutMs: number;
}

/**
 * A server that stands behind an origin's domain name.
 *
 * @throws OriginFailure when it cannot be reached
 */
export type OriginServer = (
  request: Request,
  signer: Signer | undefined,
  timeouts: OriginTimeouts,
) => Promise<Response>;

/** How origins are reached. */
export interface OriginAccess {
  /** By host name; every origin of the distribution must be in it. */
  readonly originServers: ReadonlyMap<string, OriginServer>;
  /** The account that signed requests come from. */
  readonly accountId: string;
}

/** Gets a response from the origin of the exchange's behavior, or from the one that stands in when it fails. */
export async function fetchFromOrigin(
  exchange: Exchange,
  request: Request,
  access: OriginAccess,
): Promise<EdgeResponse> {
  const { origin, failover } = exchange.behavior;
  const answer = await ask(exchange, origin, request, access);
  const isRead = ['GET', 'HEAD', 'OPTIONS'].includes(request.method);
  if (!failover || !isRead || !failover.statuses.has(answer.response.status)) return answer;
  if (answer.response.body instanceof Readable) answer.response.body.destroy();
  exchange.request.trace.note(
    SERVICE,
    `origin group ${failover.groupId}: ${answer.response.status} of ${origin.id} sends the request to ${failover.origin.id}`,
  );
  return ask(exchange, failover.origin, request, access);
}

async function ask(
  exchange: Exchange,
  origin: Origin,
  request: Request,
  { originServers, accountId }: OriginAccess,
): Promise<EdgeResponse> {
  const { behavior, edge, requestId } = exchange;
  const { trace } = exchange.request;
  const fail = (status: number, text: string, reason: string): EdgeResponse => {
    trace.note(SERVICE, `origin ${origin.domainName}: ${reason}, so CloudFront answers ${status}`);
    return edgeError(exchange, status, text);
  };
  const server = originServers.get(origin.domainName);
  if (!server) return fail(502, ERROR_TEXT.originDns, 'nothing here answers for this name');

  const toOrigin = toOriginRequest(behavior, origin, request, edge, requestId);
  const signer = signerOf(exchange, origin, toOrigin.request, accountId);
  trace.note(
    SERVICE,
    `asks origin ${origin.domainName} for ${request.method} ${toOrigin.request.path}${inWords(signer)}`,
    { headers: toOrigin.changes },
  );
  try {
    const answer = await withAttempts(server, toOrigin.request, signer, origin);
    if (answer.headers.byteLength > MAX_HEAD_BYTES) {
      if (answer.body instanceof Readable) answer.body.destroy();
      return fail(502, ERROR_TEXT.originFailed, `its headers have ${answer.headers.byteLength} bytes`);
    }
    return {
      response: { ...answer, headers: toViewerHeaders(answer.headers, origin) },
      result: answer.status >= 400 ? 'Error' : 'Miss',
      originStatus: answer.status,
    };
  } catch (error) {
    if (!(error instanceof OriginFailure) || request.signal.aborted) throw error;
    switch (error.kind) {
      case 'dns':
        return fail(502, ERROR_TEXT.originDns, error.message);
      case 'refused':
      case 'brokenOff':
        return fail(502, ERROR_TEXT.originFailed, error.message);
      case 'connectTimeout':
      case 'readTimeout':
        return fail(504, ERROR_TEXT.originTimeout, error.message);
    }
  }
}

/** Hop-by-hop headers and S3's own ids of the request stay behind (row CF-RESP-03). */
function toViewerHeaders(headers: HeaderList, { kind }: Origin): HeaderList {
  return headers.filter((name) => !isRemovedFromResponse(name) && !(kind === 's3' && S3_IDS.has(name)));
}

/** As whom CloudFront signs a request to S3 (row CF-REQ-16); `undefined`: it does not. */
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

function inWords(signer: Signer | undefined): string {
  if (!signer) return '';
  return `, signed by the origin access ${'service' in signer ? 'control' : 'identity'}`;
}

/** Only what can be asked twice is (row CF-DOWN-03). */
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
      request.trace.note(SERVICE, `attempt ${attempt} of ${attempts}: ${error.message}`);
    }
  }
}

async function withinReadTimeout(
  server: OriginServer,
  request: Request,
  signer: Signer | undefined,
  { connectionTimeoutMs: connectTimeoutMs, readTimeoutMs }: Origin,
): Promise<Response> {
  // What `AbortSignal.any` does, at a fraction of its price on a road that every request takes.
  const attempt = new AbortController();
  request.signal.addEventListener('abort', () => attempt.abort(request.signal.reason), { once: true });
  if (request.signal.aborted) attempt.abort(request.signal.reason);
  const { signal } = attempt;
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new OriginFailure('readTimeout', `no answer within ${readTimeoutMs / 1000} s (OriginReadTimeout)`),
      );
      attempt.abort();
    }, readTimeoutMs);
  });
  try {
    return await Promise.race([
      server({ ...request, signal }, signer, { connectTimeoutMs, readTimeoutMs }),
      timeout,
    ]);
  } finally {
    clearTimeout(timer);
  }
}
