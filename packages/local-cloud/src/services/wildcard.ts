/** Matches a whole text against an AWS pattern: `*` is any text, `?` any character. */
export function matchesWildcard(pattern: string, text: string, flags: 'i' | '' = ''): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, `s${flags}`).test(text);
}
