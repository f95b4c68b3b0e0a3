/**
 * The key that a path names: percent-encoding and `+` are undone, as S3 does (row CF-S3-06).
 *
 * @returns `undefined` when the encoding is broken
 */
export function objectKey(path: string): string | undefined {
  try {
    return decodeURIComponent(path.replace(/^\//, '').replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
