import type { RequestHandler } from 'express';

const API = '/api/';

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
