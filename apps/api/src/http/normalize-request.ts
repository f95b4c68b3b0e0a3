import { MalformedRequestError, MalformedUrlError } from '../errors';
import { contextOf, type Middleware } from './request-context';

/**
 * Rejects requests without `Host` (RFC 9112, section 3.2), and URLs with invalid percent-encoding, which the query parser
 * would silently replace by `�`.
 *
 * Removes the stage prefix from the path: through a VPC link, API Gateway sends paths with or without it. It is removed only
 * in front of `/api/`, so that a stage can have any name, and health endpoints are not affected.
 *
 * @param prefix such as `/dev`; empty for none
 */
export function normalizeRequest(prefix: string): Middleware {
  return function requestNormalization({ headers, httpVersionMinor, url = '' }, response, next) {
    if (headers.host === undefined && httpVersionMinor > 0) {
      throw new MalformedRequestError('The Host header is missing');
    }
    if (url.includes('%')) {
      try {
        decodeURIComponent(url);
      } catch (cause) {
        throw new MalformedUrlError('The percent-encoding of the URL is not valid UTF-8', { cause });
      }
    }
    const context = contextOf(response);
    if (context.path.startsWith(`${prefix}/api/`)) context.path = context.path.slice(prefix.length);
    next();
  };
}
