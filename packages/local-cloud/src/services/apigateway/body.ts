import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { deflate, gunzip, gzip, inflate } from 'node:zlib';
import type { HeaderList } from '../../http/header-list';

/** Of a request's body, and of an answer that is buffered (rows AG-LIM-01 and AG-LIM-03). */
export const MAX_BODY_BYTES = 10_485_760;

/** The whole body, unless it has more bytes than the limit. */
export async function readAtMost(body: Readable, limit: number): Promise<Buffer | 'too large'> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) return 'too large';
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

/** Whether one of an API's `BinaryMediaTypes` covers a media type; of `Accept` only the first type counts (row AG-PX-04). */
export function isBinary(binaryMediaTypes: readonly string[], header: string | undefined): boolean {
  const type = (header ?? '').split(',')[0]?.split(';')[0]?.trim().toLowerCase() ?? '';
  return (
    type !== '' &&
    binaryMediaTypes.some(
      (binary) =>
        binary === '*/*' ||
        binary === type ||
        (binary.endsWith('/*') && type.startsWith(binary.slice(0, -1))),
    )
  );
}

/** What is left of a body that is treated as UTF-8 text: bytes that are none become U+FFFD (row AG-PX-04). */
export function asText(body: Buffer): Buffer {
  return isUtf8(body) ? body : Buffer.from(body.toString('utf8'));
}

const ENCODE = { gzip: promisify(gzip), deflate: promisify(deflate) } as const;
const DECODE = { gzip: promisify(gunzip), deflate: promisify(inflate) } as const;

/** The coding in which the caller would like an answer, of those that API Gateway has (row AG-PX-05). */
export function acceptedCoding(headers: HeaderList): keyof typeof ENCODE | undefined {
  const accepted = (headers.get('accept-encoding') ?? '').split(',').flatMap((part) => {
    const [coding = '', ...parameters] = part.split(';').map((item) => item.trim().toLowerCase());
    return parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)) ? [] : [coding];
  });
  return (['gzip', 'deflate'] as const).find((coding) => accepted.includes(coding));
}

/** The body in a coding. */
export function encodeBody(body: Buffer, coding: keyof typeof ENCODE): Promise<Buffer> {
  return ENCODE[coding](body);
}

/**
 * The body as it was before its `Content-Encoding`; any other coding stays.
 *
 * @returns `malformed` when it is not what the header says, or grows beyond the limit
 */
export async function decodeBody(
  body: Buffer,
  coding: string | undefined,
  limit: number,
): Promise<Buffer | 'malformed'> {
  if (coding !== 'gzip' && coding !== 'deflate') return body;
  try {
    return await DECODE[coding](body, { maxOutputLength: limit });
  } catch {
    return 'malformed';
  }
}
