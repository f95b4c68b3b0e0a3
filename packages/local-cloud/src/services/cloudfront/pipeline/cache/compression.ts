import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib';
import type { HeaderList } from '../../../../http/header-list';
import type { Request, Response } from '../../../../http/message';
import type { CompressionData } from '../../../../trace/cloudfront-events';
import type { Behavior } from '../../model/distribution';

const MIN_BYTES = 1_000;
const MAX_BYTES = 10_000_000;
const STATUSES = new Set([200, 403, 404]);

/** Row CF-COMP-02. */
const TYPES = new Set([
  ...`dash+xml eot font font-sfnt javascript json opentype otf pdf pkcs7-mime protobuf rss+xml truetype ttf
    vnd.apple.mpegurl vnd.mapbox-vector-tile vnd.ms-fontobject wasm xhtml+xml xml x-font-opentype x-font-truetype
    x-font-ttf x-httpd-cgi x-javascript x-mpegurl x-opentype x-otf x-perl x-ttf`
    .split(/\s+/)
    .map((name) => `application/${name}`),
  ...['eot', 'opentype', 'otf', 'ttf'].map((name) => `font/${name}`),
  'image/svg+xml',
  ...`css csv html javascript js plain richtext tab-separated-values xml x-component x-java-source x-script`
    .split(' ')
    .map((name) => `text/${name}`),
]);

/** A content coding that CloudFront compresses with. */
type Coding = 'br' | 'gzip';

/** Tells whether an `Accept-Encoding` header accepts the coding (RFC 9110, section 12.5.3, names only). */
function acceptsEncoding(header: string | undefined, coding: Coding): boolean {
  return (header ?? '').split(',').some((part) => {
    const [name, ...parameters] = part.split(';').map((item) => item.trim().toLowerCase());
    return name === coding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}

/** Returns `Accept-Encoding` of the cache key and the origin request: `br,gzip`, `br`, `gzip`, or none (row CF-REQ-14). */
export function normalizedAcceptEncoding(
  header: string | undefined,
  { brotli, gzip }: { readonly brotli: boolean; readonly gzip: boolean },
): string | undefined {
  const codings: Coding[] = [];
  if (brotli && acceptsEncoding(header, 'br')) codings.push('br');
  if (gzip && acceptsEncoding(header, 'gzip')) codings.push('gzip');
  return codings.join(',') || undefined;
}

/** A fast level: the first viewer waits for the compression. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

/** Compresses a response of the origin as CloudFront does (rows CF-COMP-01 to CF-COMP-04). */
export async function compress(
  behavior: Behavior,
  request: Request,
  response: Response,
): Promise<{ readonly response: Response; readonly compression: CompressionData }> {
  const skipped = reasonToSkip(behavior, response);
  if (skipped) return { response, compression: skipped };
  const headers = addVary(response.headers);
  const coding = codingFor(behavior, request);
  if (!coding) return { response: { ...response, headers }, compression: { skipped: 'not-accepted' } };
  headers.set('Content-Encoding', coding);
  weakenEtag(headers);
  if (Buffer.isBuffer(response.body)) {
    const body = await (coding === 'br'
      ? promisify(brotliCompress)(response.body, BROTLI)
      : promisify(gzip)(response.body));
    headers.set('Content-Length', String(body.length));
    return { response: { ...response, headers, body }, compression: { coding } };
  }
  headers.delete('Content-Length');
  const compressor = coding === 'br' ? createBrotliCompress(BROTLI) : createGzip();
  // An error of either stream destroys the other, and reaches the reader of the compressed body.
  const body =
    response.body instanceof Readable ? pipeline(response.body, compressor, () => undefined) : undefined;
  if (body === undefined) compressor.destroy();
  return { response: { ...response, headers, body }, compression: { coding } };
}

function codingFor({ cachePolicy }: Behavior, request: Request): Coding | undefined {
  if (request.httpVersion === '1.0') return undefined;
  const accepted = normalizedAcceptEncoding(request.headers.get('accept-encoding'), cachePolicy);
  return accepted?.split(',')[0] as Coding | undefined;
}

function reasonToSkip(
  { compress: isOn, cachePolicy }: Behavior,
  { status, headers }: Response,
): Extract<CompressionData, { skipped: unknown }> | undefined {
  if (!isOn) return { skipped: 'compress-off' };
  if (!cachePolicy.gzip && !cachePolicy.brotli)
    return { skipped: 'policy-without-codings', value: cachePolicy.name };
  if (!STATUSES.has(status)) return { skipped: 'status', value: String(status) };
  const encoding = headers.get('content-encoding');
  if (encoding !== undefined) return { skipped: 'already-encoded', value: encoding };
  const type = (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!TYPES.has(type)) return { skipped: 'type', value: type };
  const length = headers.get('content-length');
  if (length === undefined) return { skipped: 'no-length' };
  return Number(length) < MIN_BYTES || Number(length) > MAX_BYTES
    ? { skipped: 'size', value: length }
    : undefined;
}

function addVary(headers: HeaderList): HeaderList {
  const vary = headers.get('vary');
  if (vary === undefined) headers.set('Vary', 'Accept-Encoding');
  else if (vary.trim() !== '*' && !/(^|,)\s*accept-encoding\s*(,|$)/i.test(vary))
    headers.set('Vary', `${vary}, Accept-Encoding`);
  return headers;
}

/** Makes a strong ETag weak, as the bytes change; removes an invalid one (row CF-COMP-01). */
function weakenEtag(headers: HeaderList): void {
  const etag = headers.get('etag');
  if (etag === undefined || /^W\/"[^"]*"$/.test(etag)) return;
  if (/^"[^"]*"$/.test(etag)) headers.set('ETag', `W/${etag}`);
  else headers.delete('ETag');
}
