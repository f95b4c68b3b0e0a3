/** A content coding that CloudFront compresses with. */
export type Coding = 'br' | 'gzip';

/** Whether an `Accept-Encoding` header takes the coding (RFC 9110, section 12.5.3, names only). */
export function acceptsEncoding(header: string | undefined, coding: Coding): boolean {
  return (header ?? '').split(',').some((part) => {
    const [name, ...parameters] = part.split(';').map((item) => item.trim().toLowerCase());
    return name === coding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}

/**
 * `Accept-Encoding` as it stands in the cache key and goes to the origin: `br,gzip`, `br`, `gzip`, or nothing
 * (row CF-REQ-14).
 */
export function normalizedAcceptEncoding(
  header: string | undefined,
  { brotli, gzip }: { readonly brotli: boolean; readonly gzip: boolean },
): string | undefined {
  const codings: Coding[] = [];
  if (brotli && acceptsEncoding(header, 'br')) codings.push('br');
  if (gzip && acceptsEncoding(header, 'gzip')) codings.push('gzip');
  return codings.join(',') || undefined;
}
