import type { RequestHandler } from 'express';
import { MalformedRequestError, MalformedUrlError, OverloadedError } from '../errors';
import type { Load } from '../server/load';
import { REQUEST_ID_HEADER, requestIdOf } from './request-id';

const API = '/api/';

/** Gives every answer the id of its request, and forbids every cache to keep it. */
export function identify(): RequestHandler {
  return function identification(request, response, next) {
    response.setHeader(REQUEST_ID_HEADER, requestIdOf(request.headers));
    response.setHeader('Cache-Control', 'no-store');
    next();
  };
}

/**
 * Refuses a request without `Host` (RFC 9112, 3.2), and a URL whose percent-encoding cannot be decoded, which a query
 * parser would silently replace by `�`.
 */
export function refuseMalformedRequest(): RequestHandler {
  return function malformedRequest(request, _response, next) {
    const { headers, httpVersionMinor, url } = request;
    if (headers.host === undefined && httpVersionMinor > 0)
      throw new MalformedRequestError('Host is missing');
    if (url.includes('%')) {
      try {
        decodeURIComponent(url);
      } catch (cause) {
        throw new MalformedUrlError({ cause });
      }
    }
    next();
  };
}

/**
 * Takes a stage's prefix off the path, where it is there: what API Gateway sends through a VPC link is told both ways.
 *
 * Only in front of `/api/`, so that a stage may be called anything, and never in front of the health endpoints.
 *
 * @param prefix e.g. `/dev`; empty takes nothing off
 */
export function removePathPrefix(prefix: string): RequestHandler {
  return function pathPrefix(request, _response, next) {
    if (prefix !== '' && request.url.startsWith(prefix + API)) request.url = request.url.slice(prefix.length);
    next();
  };
}

/** Turns requests away while the process has all it can do, so that those it has are answered in time. */
export function shedLoad(load: Load): RequestHandler {
  return function loadShedding(_request, response, next) {
    if (load.isTooHigh) throw new OverloadedError();
    load.begin();
    response.once('close', () => load.end());
    next();
  };
}
