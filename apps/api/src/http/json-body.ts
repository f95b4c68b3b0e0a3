import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Request, type Response } from 'express';
import { BadBodyError, BodyTooLargeError, UnsupportedBodyError } from '../errors';

/** Larger than any body of this API. */
const MAX_BODY_BYTES = 16_384;

const JSON_TYPE = /^application\/json *(?:;|$)/i;

const parseJson = express.json({ limit: MAX_BODY_BYTES, inflate: false, strict: false });

/** Returns true if the headers of the request announce a body (RFC 9112, section 6). */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** @throws {UnsupportedBodyError} when the request has a body */
export function rejectBody(request: IncomingMessage): undefined {
  if (hasBody(request)) throw new UnsupportedBodyError('This request must not have a body');
}

/**
 * Reads the JSON body of a request: UTF-8, not compressed, at most 16 KiB.
 *
 * @throws {BadBodyError | UnsupportedBodyError | BodyTooLargeError}
 */
export function readJsonBody(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  if (!hasBody(request)) throw new BadBodyError('A JSON body is required');
  if (!JSON_TYPE.test(request.headers['content-type'] ?? '')) {
    throw new UnsupportedBodyError('The body must be JSON, with Content-Type: application/json');
  }
  return new Promise((resolve, reject) => {
    // The parser needs only Node's own request; it adds the body to it.
    const parsed = request as Request;
    parseJson(parsed, response as Response, (error?: unknown) => {
      if (error === undefined) resolve(parsed.body);
      else reject(bodyErrorOf(error));
    });
  });
}

/** Converts an error of body-parser; `type` is its documented error type. */
function bodyErrorOf(error: unknown): unknown {
  const options = { cause: error };
  switch ((error as { type?: string } | null)?.type) {
    case 'entity.too.large':
      return new BodyTooLargeError(`The body must be at most ${MAX_BODY_BYTES} bytes`, options);
    case 'entity.parse.failed':
      return new BadBodyError('The body is not valid JSON', options);
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new UnsupportedBodyError('The body must be UTF-8 and not compressed', options);
    case 'request.aborted':
    case 'request.size.invalid':
      return new BadBodyError('The body does not match its Content-Length', options);
    default:
      return error;
  }
}
