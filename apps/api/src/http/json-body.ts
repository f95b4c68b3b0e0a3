import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Request, type Response } from 'express';
import { BadBodyError, BodyTooLargeError, UnsupportedBodyError } from '../errors';

/** More than any body of this API needs. */
const MAX_BODY_BYTES = 16_384;

const JSON_TYPE = /^application\/json *(?:;|$)/i;

/** What `body-parser` says of a body that it does not take. */
interface BodyParserError {
  readonly type: string;
}

/** Whether a request announces a body, by the rules of RFC 9112. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Refuses a body where none is taken.
 *
 * @throws {UnsupportedBodyError}
 */
export function refuseBody(request: IncomingMessage): undefined {
  if (hasBody(request)) throw new UnsupportedBodyError('This request takes no body');
}

const read = express.json({ limit: MAX_BODY_BYTES, inflate: false, strict: false });

/**
 * Reads the JSON body of a request: UTF-8, not compressed, 16 KiB at most.
 *
 * @throws {BadBodyError | UnsupportedBodyError | BodyTooLargeError}
 */
export function readJsonBody(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  if (!hasBody(request)) throw new BadBodyError('A JSON body is needed');
  if (!JSON_TYPE.test(request.headers['content-type'] ?? '')) {
    throw new UnsupportedBodyError('The body has to be JSON: Content-Type: application/json');
  }
  return new Promise((resolve, reject) => {
    // Node's own request does: the parser only adds the body to it.
    const parsed = request as Request;
    read(parsed, response as Response, (error?: unknown) => {
      if (error === undefined) resolve(parsed.body);
      else reject(bodyFault(error));
    });
  });
}

function bodyFault(error: unknown): Error {
  switch ((error as BodyParserError | null)?.type) {
    case 'entity.too.large':
      return new BodyTooLargeError(MAX_BODY_BYTES);
    case 'entity.parse.failed':
      return new BadBodyError('The body is no well-formed JSON', { cause: error });
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new UnsupportedBodyError('The body has to be UTF-8 and not compressed', { cause: error });
    case 'request.aborted':
    case 'request.size.invalid':
      return new BadBodyError('The body did not come as announced', { cause: error });
    default:
      return error as Error;
  }
}
