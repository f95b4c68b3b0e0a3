import fresh from 'fresh';
import rangeParser from 'range-parser';
import type { HeaderList } from './header-list';

/** Validators of a representation, which clients send back in conditional requests. */
export interface Validators {
  /** Quoted, with `W/` when weak. */
  readonly etag: string | undefined;
  /** Milliseconds since the epoch. */
  readonly lastModified: number | undefined;
}

/** Evaluates a request's conditions in the order of RFC 9110, section 13.2.2. `Cache-Control` of the request has no effect. */
export function checkPreconditions(
  headers: HeaderList,
  { etag, lastModified }: Validators,
): 'proceed' | 'notModified' | 'failed' {
  const match = headers.get('if-match');
  if (match !== undefined) {
    const tags = match.split(',').map((tag) => tag.trim());
    if (!tags.some((tag) => tag === '*' || (tag === etag && !tag.startsWith('W/')))) return 'failed';
  } else {
    const unmodifiedSince = Date.parse(headers.get('if-unmodified-since') ?? '');
    if (lastModified !== undefined && lastModified > unmodifiedSince) return 'failed';
  }
  const isFresh = fresh(
    {
      'if-none-match': headers.get('if-none-match'),
      'if-modified-since': headers.get('if-modified-since'),
    },
    {
      etag,
      'last-modified': lastModified === undefined ? undefined : new Date(lastModified).toUTCString(),
    },
  );
  return isFresh ? 'notModified' : 'proceed';
}

/** Tells whether the server uses `Range`: `If-Range` is absent or names this very representation. */
export function isRangeOfThis(headers: HeaderList, { etag, lastModified }: Validators): boolean {
  const condition = headers.get('if-range')?.trim();
  if (condition === undefined) return true;
  if (condition.startsWith('"')) return condition === etag;
  return lastModified !== undefined && Date.parse(condition) === lastModified;
}

/** Bytes `start` to `end`, both included. */
export type ByteRange = Readonly<rangeParser.Range>;

const MAX_RANGES = 100;

/**
 * Tells whether a server may use a `Range` header: at most 100 valid byte ranges in ascending order, without overlap.
 * Servers ignore any other (RFC 9110, section 14.2; row CF-RANGE-02).
 */
export function isUsableRange(header: string): boolean {
  const ranges = rangeParser(Number.MAX_SAFE_INTEGER, header);
  if (/^bytes=\s*-0+$/i.test(header)) return true;
  return (
    typeof ranges !== 'number' &&
    ranges.type.toLowerCase() === 'bytes' &&
    ranges.length === header.split(',').length &&
    ranges.length <= MAX_RANGES &&
    ranges.every(({ start }, index) => start > (ranges[index - 1]?.end ?? -1))
  );
}

/** Returns the bytes that a `Range` header selects: `whole` when it is absent, unusable, or selects several parts. */
export function selectRange(header: string | undefined, size: number): ByteRange | 'whole' | 'unsatisfiable' {
  if (header === undefined || !isUsableRange(header) || header.includes(',')) return 'whole';
  const [, suffixLength = '0'] = /=\s*-(\d+)/.exec(header) ?? [];
  // A suffix that is longer than the content selects all of it.
  const ranges = rangeParser(size, Number(suffixLength) > size ? `bytes=-${size}` : header);
  return typeof ranges === 'number' ? 'unsatisfiable' : (ranges[0] ?? 'unsatisfiable');
}
