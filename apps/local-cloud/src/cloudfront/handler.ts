import { createHash, randomBytes } from 'node:crypto';
import { HeaderList } from '../http/header-list';
import { type Handler, type Request, requestTarget, type Response } from '../http/message';
import type { Signer } from '../s3/handler';
import type { Behavior, Distribution } from './distribution';
import { FunctionExecutionError } from './edge-function';
import { ERROR_TEXT, errorPage } from './error-page';
import { isRemovedFromResponse } from './header-rules';
import { type Edge, toOriginRequest } from './origin-request';
import { normalizePath } from './path-pattern';
import { applyResponseHeadersPolicy } from './response-headers-policy';
import { ForbiddenHeaderError, runViewerRequest } from './viewer-request';

const SERVICE = 'CloudFront';
const MAX_URL_BYTES = 8_192;
const MAX_HEAD_BYTES = 32_768;

/** A server that stands behind an origin's domain name. */
export type OriginServer = (request: Request, signer: Signer | undefined) => Promise<Response>;

type CacheResult = 'Miss' | 'Error' | 'FunctionGeneratedResponse' | 'FunctionExecutionError';

/**
 * Answers viewers as the distribution would.
 *
 * @param originServers by host name; every origin of the distribution must be in it
 */
export function distributionHandler(
  distribution: Distribution,
  originServers: ReadonlyMap<string, OriginServer>,
  accountId: string,
): Handler {
  const edge: Edge = {
    via: `${createHash('md5').update(distribution.id).digest('hex')}.cloudfront.net (CloudFront)`,
  };

  const fail = (status: number, text: string, requestId: string, result: CacheResult = 'Error'): Response => {
    const body = errorPage(status, text, requestId);
    const headers = new HeaderList([
      ['Server', 'CloudFront'],
      ['Date', new Date().toUTCString()],
      ['Content-Type', 'text/html'],
      ['Content-Length', String(body.length)],
    ]);
    return decorate({ status, headers, body }, edge, requestId, result);
  };

  return async (request) => {
    const requestId = `${randomBytes(40).toString('base64url')}==`;
    const target = requestTarget(request.path, request.query);
    if (Buffer.byteLength(target) > MAX_URL_BYTES) return fail(414, ERROR_TEXT.uriTooLong, requestId);
    if (Buffer.byteLength(target) + request.headers.byteLength > MAX_HEAD_BYTES) {
      return fail(494, ERROR_TEXT.badRequest, requestId);
    }
    if (!request.path.startsWith('/')) return fail(400, ERROR_TEXT.badRequest, requestId);

    const behavior = chooseBehavior(distribution, request);
    const refuse = (...failure: Parameters<typeof fail>): Response => {
      const response = fail(...failure);
      if (behavior.responseHeadersPolicy)
        applyResponseHeadersPolicy(behavior.responseHeadersPolicy, response.headers);
      return request.method === 'HEAD' ? { ...response, body: undefined } : response;
    };
    if (!behavior.allowedMethods.includes(request.method)) {
      request.trace.add(SERVICE, `behavior ${behavior.pattern} does not allow ${request.method}`);
      return refuse(403, ERROR_TEXT.methodNotAllowed, requestId);
    }
    if (request.method === 'GET' && request.body) return refuse(403, ERROR_TEXT.badRequest, requestId);

    let asked = request;
    if (behavior.viewerRequest) {
      const context = {
        distributionDomainName: distribution.domainName,
        distributionId: distribution.id,
        requestId,
      };
      try {
        const outcome = runViewerRequest(behavior.viewerRequest, request, context);
        if ('response' in outcome) {
          request.trace.add(
            SERVICE,
            `function ${behavior.viewerRequest.name} answered ${outcome.response.status}`,
          );
          return fromFunction(outcome.response, behavior, edge, requestId);
        }
        asked = outcome.request;
      } catch (error) {
        request.trace.add(SERVICE, String(error));
        if (error instanceof ForbiddenHeaderError) return refuse(502, ERROR_TEXT.functionHeaders, requestId);
        if (error instanceof FunctionExecutionError) {
          return refuse(503, ERROR_TEXT.functionInvalid, requestId, 'FunctionExecutionError');
        }
        throw error;
      }
      if (asked.path !== request.path) {
        request.trace.add(
          SERVICE,
          `function ${behavior.viewerRequest.name} rewrote the path to ${asked.path}`,
        );
      }
    }
    if (asked.path === '/' && distribution.defaultRootObject !== '') {
      asked = { ...asked, path: `/${distribution.defaultRootObject}` };
    }

    const server = originServers.get(behavior.origin.domainName);
    if (!server) return refuse(502, ERROR_TEXT.originFailed, requestId);
    const signer = behavior.origin.signsRequests
      ? { service: 'cloudfront.amazonaws.com', sourceArn: distribution.arn, accountId }
      : undefined;
    const answer = await server(toOriginRequest(behavior, asked, edge, requestId), signer);
    const response = { ...answer, headers: answer.headers.filter((name) => !isRemovedFromResponse(name)) };
    if (behavior.responseHeadersPolicy)
      applyResponseHeadersPolicy(behavior.responseHeadersPolicy, response.headers);
    return decorate(response, edge, requestId, answer.status >= 400 ? 'Error' : 'Miss');
  };
}

function chooseBehavior(distribution: Distribution, request: Request): Behavior {
  const path = normalizePath(request.path);
  const behavior = distribution.behaviors.find(({ matches }) => matches(path));
  if (!behavior) throw new Error(`The default behavior of ${distribution.logicalId} does not match ${path}.`);
  request.trace.add(SERVICE, `behavior ${behavior.pattern} → origin ${behavior.origin.domainName}`);
  return behavior;
}

/** Row CFF-EV-08. */
function fromFunction(
  { status, headers, body }: { status: number; headers: HeaderList; body: Buffer | undefined },
  behavior: Behavior,
  edge: Edge,
  requestId: string,
): Response {
  headers
    .set('Server', 'CloudFront')
    .set('Date', new Date().toUTCString())
    .set('Content-Length', String(body?.length ?? 0));
  if (behavior.responseHeadersPolicy) applyResponseHeadersPolicy(behavior.responseHeadersPolicy, headers);
  return decorate({ status, headers, body }, edge, requestId, 'FunctionGeneratedResponse');
}

/** Rows CF-RESP-01 and CF-RESP-02. */
function decorate(response: Response, edge: Edge, requestId: string, result: CacheResult): Response {
  response.headers
    .set('X-Cache', `${result} from cloudfront`)
    .set('Via', `1.1 ${edge.via}`)
    .set('X-Amz-Cf-Pop', 'LCL50-P1')
    .set('X-Amz-Cf-Id', requestId);
  return response;
}
