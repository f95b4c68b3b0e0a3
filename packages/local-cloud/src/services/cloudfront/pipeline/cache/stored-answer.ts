import {
  checkPreconditions,
  isRangeOfThis,
  selectRange,
  type Validators,
} from '../../../../http/preconditions';
import { HeaderList } from '../../../../http/header-list';
import type { Request } from '../../../../http/message';
import type { StoredResponse } from './edge-cache';
import type { CacheResult, EdgeResponse } from '../exchange';

/** Headers that describe a body; a 304 does not have them (RFC 9110, section 15.4.5). */
const BODY_HEADERS = new Set([
  'accept-ranges',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
]);

/**
 * Answers a request with a stored response: the complete response, a range of it, or 304
 * (rows CF-COND-01, CF-RANGE-01 to CF-RANGE-03, CF-HEAD-01).
 */
export function answerFromStored(
  stored: StoredResponse,
  request: Request,
  result: Extract<CacheResult, 'Hit' | 'RefreshHit'>,
  now: number,
): EdgeResponse {
  const headers = new HeaderList(stored.headers);
  if (result === 'Hit') headers.set('Age', String(Math.max(0, Math.floor((now - stored.storedAt) / 1000))));
  const answer = (status: number, body: Buffer | undefined): EdgeResponse => ({
    response: { status, headers, body },
    result: stored.status >= 400 ? 'Error' : result,
    originStatus: stored.status,
  });
  if (stored.status !== 200) return answer(stored.status, stored.body);

  const validators = validatorsOf(headers);
  if (checkPreconditions(withoutMatch(request.headers), validators) === 'notModified') {
    for (const name of BODY_HEADERS) headers.delete(name);
    return answer(304, undefined);
  }
  const { body } = stored;
  if (!body || !stored.hasRanges || request.method !== 'GET' || !isRangeOfThis(request.headers, validators))
    return answer(200, body);
  const range = selectRange(request.headers.get('range'), body.length);
  if (range === 'whole') return answer(200, body);
  if (range === 'unsatisfiable') {
    headers.set('Content-Range', `bytes */${body.length}`).set('Content-Length', '0');
    return answer(416, Buffer.alloc(0));
  }
  const { start, end } = range;
  headers
    .set('Content-Range', `bytes ${start}-${end}/${body.length}`)
    .set('Content-Length', String(end - start + 1));
  return answer(206, body.subarray(start, end + 1));
}

/** Removes headers that the cache does not evaluate: requests with `If-Match` bypass it. */
function withoutMatch(headers: HeaderList): HeaderList {
  return headers.filter((name) => name !== 'if-match' && name !== 'if-unmodified-since');
}

function validatorsOf(headers: HeaderList): Validators {
  const lastModified = Date.parse(headers.get('last-modified') ?? '');
  return {
    etag: headers.get('etag'),
    lastModified: Number.isNaN(lastModified) ? undefined : lastModified,
  };
}
