import { requestTarget } from '../../../../http/message';
import { type EdgeResponse, edgeError, ownHeaders } from '../edge-response';
import { ERROR_TEXT } from '../error-page';
import { type Exchange, SERVICE } from '../exchange';

/** What a behavior does with plain HTTP. */
export type ViewerProtocolPolicy = 'allow-all' | 'redirect-to-https' | 'https-only';

/**
 * The answer to a request over plain HTTP where the behavior wants HTTPS; `undefined` when it may go on
 * (rows CF-HTTPS-01 to CF-HTTPS-05).
 */
export function answerToProtocol(exchange: Exchange): EdgeResponse | undefined {
  const { request, behavior } = exchange;
  if (request.protocol === 'https' || behavior.viewerProtocolPolicy === 'allow-all') return undefined;
  const policy = `ViewerProtocolPolicy ${behavior.viewerProtocolPolicy}`;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (behavior.viewerProtocolPolicy === 'https-only' || (!isRead && request.httpVersion === '1.0')) {
    request.trace.note(
      SERVICE,
      `refused: plain HTTP, and behavior ${behavior.pattern} wants HTTPS (${policy})`,
    );
    return edgeError(exchange, 403, ERROR_TEXT.badRequest);
  }
  const location = `https://${request.headers.get('host') ?? exchange.distribution.domainName}${requestTarget(request.path, request.query)}`;
  const [status, reason] = isRead
    ? ([301, 'Moved Permanently'] as const)
    : ([307, 'Temporary Redirect'] as const);
  request.trace.note(SERVICE, `plain HTTP is sent to HTTPS with ${status} (${policy})`, {
    facts: { Location: location },
  });
  const body = redirectPage(`${status} ${reason}`);
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
