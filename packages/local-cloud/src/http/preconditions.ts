import type { HeaderList } from './header-list';

/** What a client may have remembered of a representation. */
export interface Validators {
  /** Quoted, with `W/` when weak. */
  readonly etag: string | undefined;
  /** Milliseconds since the epoch. */
  readonly lastModified: number | undefined;
}

/** Evaluates a request's conditions in the order of RFC 9110, section 13.2.2. */
export function checkPreconditions(
  headers: HeaderList,
  { etag, lastModified }: Validators,
): 'proceed' | 'notModified' | 'failed' {
  const match = headers.get('if-match');
  if (match !== undefined) {
    if (!tags(match).some((tag) => tag === '*' || (tag === etag && !tag.startsWith('W/')))) return 'failed';
  } else {
    const unmodifiedSince = Date.parse(headers.get('if-unmodified-since') ?? '');
    if (lastModified !== undefined && lastModified > unmodifiedSince) return 'failed';
  }
  const noneMatch = headers.get('if-none-match');
  if (noneMatch !== undefined) {
    const isKnown = tags(noneMatch).some(
      (tag) => tag === '*' || (etag !== undefined && weak(tag) === weak(etag)),
    );
    return isKnown ? 'notModified' : 'proceed';
  }
  const modifiedSince = Date.parse(headers.get('if-modified-since') ?? '');
  return lastModified !== undefined && lastModified <= modifiedSince ? 'notModified' : 'proceed';
}

/** Whether a `Range` is to be honoured: `If-Range` is absent, or names this very representation. */
export function isRangeOfThis(headers: HeaderList, { etag, lastModified }: Validators): boolean {
  const condition = headers.get('if-range')?.trim();
  if (condition === undefined) return true;
  if (condition.startsWith('"')) return condition === etag;
  return lastModified !== undefined && Date.parse(condition) === lastModified;
}

function tags(list: string): string[] {
  return list.split(',').map((tag) => tag.trim());
}

function weak(tag: string): string {
  return tag.replace(/^W\//, '');
}
