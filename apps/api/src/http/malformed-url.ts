import type { RequestHandler } from 'express';
import { MalformedUrlError } from '../errors';

/** Refuses a URL whose percent-encoding cannot be decoded, which a query parser would silently replace by `�`. */
export function refuseMalformedUrl(): RequestHandler {
  return function malformedUrl(request, _response, next) {
    try {
      decodeURIComponent(request.url);
    } catch (cause) {
      throw new MalformedUrlError({ cause });
    }
    next();
  };
}
