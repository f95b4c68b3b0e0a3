import type { Request } from '../../../../http/message';
import { normalizedAcceptEncoding } from './accept-encoding';
import type { Behavior } from '../../model/distribution';
import { selectCookies, selectQuery, takes } from '../../model/name-selection';
import { viewerHeader } from '../origin/viewer-headers';

/** What makes two requests ask for the same. */
export interface CacheKey {
  readonly value: string;
  /** Path, and the query strings of the key: what invalidation paths are compared with. */
  readonly url: string;
  /** In words and without values, for people. */
  readonly description: string;
}

/**
 * The key under which a response to the request is kept: path, and what the behavior's cache policy takes of the
 * request (rows CF-TTL-01, CF-TTL-08 and CF-REQ-14).
 */
export function cacheKey({ origin, cachePolicy }: Behavior, request: Request): CacheKey {
  const query = selectQuery([cachePolicy.queryStrings], request.query);
  const cookies = selectCookies([cachePolicy.cookies], request.headers.get('cookie'));
  const encoding = normalizedAcceptEncoding(request.headers.get('accept-encoding'), cachePolicy);
  const headers = [...new Set([...request.headers].map(([name]) => name.toLowerCase()))]
    .filter((name) => name !== 'cookie' && takes(cachePolicy.headers, name))
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
