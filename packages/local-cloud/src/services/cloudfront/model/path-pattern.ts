import { LRUCache } from 'lru-cache';

const expressions = new LRUCache<string, RegExp>({
  max: 1_000,
  memoMethod: (pattern) => {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.');
    return new RegExp(`^${source}$`, 's');
  },
});

/** Tests text against a pattern: case-sensitive, `*` is any number of characters, `?` is exactly one. */
export function matchesWildcard(pattern: string, text: string): boolean {
  return expressions.memo(pattern).test(text);
}

/**
 * Tests a path against the path pattern of a cache behavior. `*` includes `/`, the leading slash is optional
 * (rows CF-PATH-02 to CF-PATH-06).
 */
export function matchesPath(pattern: string, path: string): boolean {
  return matchesWildcard(pattern.startsWith('/') ? pattern : `/${pattern}`, path);
}

/**
 * Returns the path that selects a behavior: empty, `.` and `..` segments are resolved (row CF-PATH-07). The origin still
 * receives the path as the viewer sent it.
 */
export function normalizePath(path: string): string {
  const segments: string[] = [];
  const parts = path.split('/').slice(1);
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    if (part === '..') segments.pop();
    if (part === '' || part === '.' || part === '..') {
      if (isLast) segments.push('');
    } else {
      segments.push(part);
    }
  }
  return `/${segments.join('/')}`;
}
