import { MalformedRequestError, MalformedUrlError, OverloadedError } from '../errors';
import type { Load } from '../server/load';
import type { Middleware } from './middleware';
import { recordOf } from './request-record';

const API = '/api/';

/**
 * Refuses a request without `Host` (RFC 9112, 3.2), and a URL whose percent-encoding cannot be decoded, which a query
 * parser would silently replace by `�`. Takes a stage's prefix off the path, where it is there: what API Gateway sends
 * through a VPC link is told both ways. Only in front of `/api/`, so that a stage may be called anything, and never in
 * front of the health endpoints.
 *
 * @param prefix e.g. `/dev`; empty takes nothing off
 */
export function admit(prefix: string): Middleware {
  return function admission(request, response, next) {
    const { headers, httpVersionMinor, url = '' } = request;
    if (headers.host === undefined && httpVersionMinor > 0)
      throw new MalformedRequestError('Host is missing');
    if (url.includes('%')) {
      try {
        decodeURIComponent(url);
      } catch (cause) {
        throw new MalformedUrlError({ cause });
      }
    }
    const record = recordOf(response);
    const { path, search } = record.target;
    if (prefix !== '' && path.startsWith(prefix + API)) {
      record.target = { path: path.slice(prefix.length), search };
    }
    next();
  };
}

/** Turns requests away while the process has all it can do, so that those it has are answered in time. */
export function shedLoad(load: Load): Middleware {
  return function loadShedding(_request, response, next) {
    if (load.isTooHigh) throw new OverloadedError();
    load.begin();
    response.once('close', () => load.end());
    next();
  };
}
