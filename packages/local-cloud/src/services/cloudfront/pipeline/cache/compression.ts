import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib';
import type { HeaderList } from '../../../../http/header-list';
import type { Request, Response } from '../../../../http/message';
import { type Coding, normalizedAcceptEncoding } from './accept-encoding';
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

/** Quick rather than small: the copy is made while the first viewer waits. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

/** A response, compressed or as it was, and why. */
export interface Compression {
  readonly response: Response;
  readonly note: string;
}

/** Compresses a response of the origin where CloudFront would (rows CF-COMP-01 to CF-COMP-04). */
export async function compress(
  behavior: Behavior,
  request: Request,
  response: Response,
): Promise<Compression> {
  const obstacle = whyNot(behavior, response);
  if (obstacle !== undefined) return { response, note: `not compressed: ${obstacle}` };
  const headers = addVary(response.headers);
  const coding = codingFor(behavior, request);
  if (!coding)
    return {
      response: { ...response, headers },
      note: 'not compressed: the viewer accepts neither br nor gzip',
    };
  headers.set('Content-Encoding', coding);
  weakenEtag(headers);
  if (Buffer.isBuffer(response.body)) {
    const body = await (coding === 'br'
      ? promisify(brotliCompress)(response.body, BROTLI)
      : promisify(gzip)(response.body));
    headers.set('Content-Length', String(body.length));
    return { response: { ...response, headers, body }, note: `compressed with ${coding}` };
  }
  headers.delete('Content-Length');
  const compressor = coding === 'br' ? createBrotliCompress(BROTLI) : createGzip();
  // A failure of either side destroys the other, and reaches whoever reads the compressed body.
  const body =
    response.body instanceof Readable ? pipeline(response.body, compressor, () => undefined) : undefined;
  if (body === undefined) compressor.destroy();
  return { response: { ...response, headers, body }, note: `compressed with ${coding}` };
}

function codingFor({ cachePolicy }: Behavior, request: Request): Coding | undefined {
  if (request.httpVersion === '1.0') return undefined;
  const accepted = normalizedAcceptEncoding(request.headers.get('accept-encoding'), cachePolicy);
  return accepted?.split(',')[0] as Coding | undefined;
}

function whyNot(
  { compress: isOn, cachePolicy }: Behavior,
  { status, headers }: Response,
): string | undefined {
  if (!isOn) return 'Compress is off for this behavior';
  if (!cachePolicy.gzip && !cachePolicy.brotli) return `${cachePolicy.name} enables neither gzip nor brotli`;
  if (!STATUSES.has(status)) return `status ${status} is not compressed`;
  const encoding = headers.get('content-encoding');
  if (encoding !== undefined) return `the origin did already, with ${encoding}`;
  const type = (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!TYPES.has(type))
    return `${type || 'no Content-Type'} is not among the types that CloudFront compresses`;
  const length = headers.get('content-length');
  if (length === undefined) return 'the origin sent no Content-Length';
  if (Number(length) < MIN_BYTES || Number(length) > MAX_BYTES)
    return `${length} bytes are outside of 1,000 to 10,000,000`;
  return undefined;
}

function addVary(headers: HeaderList): HeaderList {
  const vary = headers.get('vary');
  if (vary === undefined) headers.set('Vary', 'Accept-Encoding');
  else if (vary.trim() !== '*' && !/(^|,)\s*accept-encoding\s*(,|$)/i.test(vary))
    headers.set('Vary', `${vary}, Accept-Encoding`);
  return headers;
}

/** A strong tag is of the bytes as the origin has them; one that is no tag at all goes (row CF-COMP-01). */
function weakenEtag(headers: HeaderList): void {
  const etag = headers.get('etag');
  if (etag === undefined || /^W\/"[^"]*"$/.test(etag)) return;
  if (/^"[^"]*"$/.test(etag)) headers.set('ETag', `W/${etag}`);
  else headers.delete('ETag');
}
