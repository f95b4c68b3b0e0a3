import type { Request } from '../../http/message';
import { type Call, SERVICE } from './call';
import { MAX_BODY_BYTES } from './body';
import { GATEWAY_ERRORS, Refusal } from './gateway-error';

const MAX_HEADER_BYTES = 10_240;
const MAX_ARN_BYTES = 1_600;

/**
 * Refuses what API Gateway does not even look at: a malformed target (row AG-RT-10), headers that are too many
 * (AG-LIM-02), a body that says it is too long (AG-LIM-01).
 *
 * @throws Refusal
 */
export function checkRequestLimits({ path, query, headers }: Request): void {
  const [character] = /[|{}]/.exec(path + query) ?? [];
  if (character !== undefined) {
    const note = `${character} must be percent-encoded in paths and queries, as %${character.charCodeAt(0).toString(16).toUpperCase()}`;
    throw new Refusal(GATEWAY_ERRORS.badRequest, SERVICE, note);
  }
  if (!canBeDecoded(path))
    throw new Refusal(GATEWAY_ERRORS.badRequest, SERVICE, 'the percent-encoding of the path is malformed');
  const headerBytes = headers.byteLength;
  if (headerBytes > MAX_HEADER_BYTES) {
    const note = `the headers have ${headerBytes} bytes; API Gateway takes ${MAX_HEADER_BYTES}, CloudFront’s own headers and cookies included`;
    throw new Refusal(GATEWAY_ERRORS.headersTooLarge, SERVICE, note);
  }
  const contentLength = Number(headers.get('content-length') ?? 0);
  if (contentLength > MAX_BODY_BYTES) throw bodyTooLarge(`${contentLength} bytes`);
}

/** Row AG-LIM-01. */
export function bodyTooLarge(size: string): Refusal {
  return new Refusal(
    GATEWAY_ERRORS.requestTooLarge,
    SERVICE,
    `the body has ${size}; API Gateway takes ${MAX_BODY_BYTES}, and hands on nothing of a longer one`,
  );
}

/**
 * Row AG-LIM-08.
 *
 * @throws Refusal
 */
export function checkArnLength(call: Call): void {
  const bytes = Buffer.byteLength(call.methodArn);
  if (bytes <= MAX_ARN_BYTES) return;
  const note = `with its path the ARN of the method has ${bytes} bytes; at most ${MAX_ARN_BYTES} are taken`;
  throw new Refusal(GATEWAY_ERRORS.uriTooLong, SERVICE, note);
}

function canBeDecoded(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
