import { type Request, requestTarget } from '../../../../http/message';
import { ERROR_TEXT } from '../error-page';

const MAX_URL_BYTES = 8_192;
const MAX_HEAD_BYTES = 32_768;
/** A request may come through one more distribution before this one (row CF-LIM-05). */
const MAX_DISTRIBUTIONS_BEFORE = 1;

/** Why CloudFront refuses a request whatever its behavior is. */
export interface Refusal {
  readonly status: number;
  /** The sentence of the error page. */
  readonly text: string;
  /** In words, for the trace. */
  readonly reason: string;
  readonly closesConnection: boolean;
}

/** Checks what holds for every request of a distribution (rows CF-LIM-01, CF-LIM-02 and CF-LIM-05, CF-METH-04). */
export function refusedByLimits(request: Request): Refusal | undefined {
  const urlBytes = Buffer.byteLength(requestTarget(request.path, request.query));
  const headBytes = urlBytes + request.headers.byteLength;
  if (urlBytes > MAX_URL_BYTES) {
    const reason = `the URL has ${urlBytes} bytes, more than ${MAX_URL_BYTES}`;
    return { status: 414, text: ERROR_TEXT.uriTooLong, reason, closesConnection: true };
  }
  if (headBytes > MAX_HEAD_BYTES) {
    const reason = `URL and headers have ${headBytes} bytes, more than ${MAX_HEAD_BYTES}`;
    return { status: 494, text: ERROR_TEXT.badRequest, reason, closesConnection: true };
  }
  if (request.method === 'CONNECT') {
    const reason = 'CloudFront is no proxy for CONNECT';
    return { status: 403, text: ERROR_TEXT.methodNotAllowed, reason, closesConnection: true };
  }
  if (!request.path.startsWith('/')) {
    const reason = `${request.path} is no path`;
    return { status: 400, text: ERROR_TEXT.badRequest, reason, closesConnection: true };
  }
  const before = (request.headers.get('via') ?? '').split('.cloudfront.net (CloudFront)').length - 1;
  if (before > MAX_DISTRIBUTIONS_BEFORE) {
    const reason = `the request came through ${before} distributions before this one`;
    return { status: 403, text: ERROR_TEXT.badRequest, reason, closesConnection: false };
  }
  return undefined;
}
