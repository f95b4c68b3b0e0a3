/**
 * The pattern of a cache behavior as a test for paths: case-sensitive, `*` is any number of characters including `/`,
 * `?` is exactly one, the leading slash is optional (rows CF-PATH-02 to CF-PATH-06).
 */
export function pathPattern(pattern: string): (path: string) => boolean {
  const source = pattern
    .replace(/^\/?/, '/')
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  const expression = new RegExp(`^${source}$`, 's');
  return (path) => expression.test(path);
}

/**
 * The path by which a behavior is chosen: empty, `.` and `..` segments resolved (row CF-PATH-07).
 *
 * The origin is still asked for the path as the viewer sent it.
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
