import { STATUS_CODES } from 'node:http';
import { type Request, requestTarget } from '../../../../http/message';
import type { RequestRejection } from '../../../../trace/cloudfront-events';
import { edgeError, type EdgeResponse, ERROR_TEXT, type Exchange, ownHeaders } from '../exchange';

const MAX_URL_BYTES = 8_192;
const MAX_HEAD_BYTES = 32_768;
/** A request may come through one other distribution (row CF-LIM-05). */
const MAX_DISTRIBUTIONS_BEFORE = 1;

/** Returns the answer to a request that CloudFront rejects (rows CF-LIM-01, CF-LIM-02, CF-LIM-05 and CF-METH-04). */
export function checkLimits(
  request: Request,
  context: Pick<Exchange, 'requestId' | 'now'>,
): EdgeResponse | undefined {
  const { path, headers } = request;
  const reject = (
    reason: RequestRejection,
    status: number,
    text: string,
    [count, limit]: readonly number[] = [],
  ): EdgeResponse => {
    request.trace.add('cloudfront', 'request.rejected', {
      reason,
      status,
      path,
      ...(count !== undefined && limit !== undefined && { count, limit }),
    });
    const answer = edgeError(context, status, text);
    if (reason !== 'too-many-distributions') answer.response.headers.set('Connection', 'close');
    return answer;
  };
  const urlBytes = Buffer.byteLength(requestTarget(path, request.query));
  if (urlBytes > MAX_URL_BYTES)
    return reject('url-too-long', 414, ERROR_TEXT.badRequest, [urlBytes, MAX_URL_BYTES]);
  const headBytes = urlBytes + headers.byteLength;
  if (headBytes > MAX_HEAD_BYTES)
    return reject('head-too-large', 494, ERROR_TEXT.badRequest, [headBytes, MAX_HEAD_BYTES]);
  if (request.method === 'CONNECT') return reject('connect-method', 403, ERROR_TEXT.methodNotAllowed);
  if (!path.startsWith('/')) return reject('path-invalid', 400, ERROR_TEXT.badRequest);
  const before = (headers.get('via') ?? '').split('.cloudfront.net (CloudFront)').length - 1;
  return before > MAX_DISTRIBUTIONS_BEFORE
    ? reject('too-many-distributions', 403, ERROR_TEXT.badRequest, [before, MAX_DISTRIBUTIONS_BEFORE])
    : undefined;
}

/** Redirects or rejects a request over plain HTTP that is not allowed (rows CF-HTTPS-01 to CF-HTTPS-05). */
export function checkProtocol(exchange: Exchange): EdgeResponse | undefined {
  const { request, behavior } = exchange;
  const { pattern, viewerProtocolPolicy: policy } = behavior;
  if (request.protocol === 'https' || policy === 'allow-all') return undefined;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (policy === 'https-only' || (!isRead && request.httpVersion === '1.0')) {
    request.trace.add('cloudfront', 'viewer-protocol.rejected', { pattern, policy });
    return edgeError(exchange, 403, ERROR_TEXT.badRequest);
  }
  const host = request.headers.get('host') ?? exchange.distribution.domainName;
  const location = `https://${host}${requestTarget(request.path, request.query)}`;
  const status = isRead ? 301 : 307;
  request.trace.add('cloudfront', 'viewer-protocol.redirected', { policy, status, location });
  const body = redirectPage(`${status} ${STATUS_CODES[status]}`);
  const headers = ownHeaders(exchange.now, body.length).append('Location', location);
  return { response: { status, headers, body }, result: 'Redirect', originStatus: undefined };
}

/** Row CF-HTTPS-02, byte for byte. */
function redirectPage(title: string): Buffer {
  return Buffer.from(
    `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n` +
      `<hr><center>CloudFront</center>\r\n</body>\r\n</html>\r\n`,
  );
}

/** Returns the answer to a request whose method is not allowed (rows CF-METH-01 to CF-METH-04). */
export function checkMethod(exchange: Exchange): EdgeResponse | undefined {
  const { request, behavior } = exchange;
  const { pattern, allowedMethods: allowed } = behavior;
  const { method } = request;
  if (!allowed.includes(method)) {
    request.trace.add('cloudfront', 'method.not-allowed', { pattern, method, allowed });
    return edgeError(exchange, 403, ERROR_TEXT.methodNotAllowed);
  }
  if (method === 'GET' && request.body) {
    const { path } = request;
    request.trace.add('cloudfront', 'request.rejected', { reason: 'get-with-body', status: 403, path });
    return edgeError(exchange, 403, ERROR_TEXT.badRequest);
  }
  return undefined;
}
