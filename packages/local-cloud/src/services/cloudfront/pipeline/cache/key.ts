import type { Request } from '../../../../http/message';
import { normalizedAcceptEncoding } from './compression';
import type { Behavior } from '../../model/distribution';
import { selectCookies, selectQuery, selects } from '../../model/name-selection';
import { viewerHeader } from '../origin/viewer-headers';

/** Cache key: requests with the same key get the same response. */
export interface CacheKey {
  readonly value: string;
  /** Path and query strings of the key; compared with invalidation paths. */
  readonly url: string;
  /** Names without values, for traces. */
  readonly description: string;
}

/**
 * Returns the cache key of a request: its path, and what the behavior's cache policy selects of the request
 * (rows CF-TTL-01, CF-TTL-08 and CF-REQ-14).
 */
export function cacheKey({ origin, cachePolicy }: Behavior, request: Request): CacheKey {
  const query = selectQuery([cachePolicy.queryStrings], request.query);
  const cookies = selectCookies([cachePolicy.cookies], request.headers.get('cookie'));
  const encoding = normalizedAcceptEncoding(request.headers.get('accept-encoding'), cachePolicy);
  const headers = [...new Set([...request.headers].map(([name]) => name.toLowerCase()))]
    .filter((name) => name !== 'cookie' && selects(cachePolicy.headers, name))
    .map((name) => [name, request.headers.get(name)] as const);
  for (const name of cachePolicy.headers.cloudFrontHeaders ?? []) {
    headers.push([name, viewerHeader(name, request)]);
  }
  headers.sort(([one], [other]) => (one < other ? -1 : 1));
  const names = headers.map(([name]) => name);
  const url = query === '' ? request.path : `${request.path}?${query}`;
  const description = [
    request.path,
    query === '' ? '' : `query ${namesIn(query, '&')}`,
    cookies === '' ? '' : `cookies ${namesIn(cookies, ';')}`,
    names.length === 0 ? '' : `headers ${names.join(', ')}`,
    encoding === undefined ? 'uncompressed' : `Accept-Encoding ${encoding}`,
  ];
  return {
    value: JSON.stringify([origin.id, request.path, query, cookies, headers, encoding]),
    url,
    description: description.filter(Boolean).join('; '),
  };
}

function namesIn(pairs: string, separator: string): string {
  return pairs
    .split(separator)
    .map((pair) => pair.split('=', 1)[0]?.trim() ?? '')
    .join(', ');
}
