import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { deflate, gunzip, gzip, inflate } from 'node:zlib';
import type { HeaderList } from '../../../http/header-list';
import { readAtMost } from '../../../http/read-at-most';
import type { Call } from '../model/call';
import { GATEWAY_ERRORS } from '../model/gateway-error';
import { reject } from './call';

/** Limit of request bodies, and of buffered responses (rows AG-LIM-01 and AG-LIM-03). */
export const MAX_BODY_BYTES = 10_485_760;

/** Receives the whole body of a call before its integration is called (row AG-LIM-01). @throws CallRejectedError */
export async function receiveBody(call: Call): Promise<Buffer | undefined> {
  const { body } = call.request;
  const received = body && (await readAtMost(body, MAX_BODY_BYTES));
  return received === 'too large' ? rejectLargeBody(call) : received;
}

/** Decodes a received body: its coding, and text unless its type is binary. @throws CallRejectedError */
export async function decodeRequestBody(call: Call, body: Buffer | undefined): Promise<Buffer | undefined> {
  const { api, request } = call;
  if (!body) return undefined;
  const coding =
    api.minimumCompressionBytes === undefined ? undefined : request.headers.get('content-encoding');
  const decoded = await decodeBody(body, coding);
  if (decoded === 'invalid') {
    const data = { coding: coding ?? '' };
    return reject(call, GATEWAY_ERRORS.badRequest, 'request.body-coding-invalid', data);
  }
  const contentType = request.headers.get('content-type');
  if (isBinary(api.binaryMediaTypes, contentType)) return decoded;
  const text = asText(decoded);
  if (text !== decoded) request.trace.add('apigateway', 'request.body-corrupted', { contentType });
  return text;
}

/** @throws CallRejectedError */
export function rejectLargeBody(call: Call, bytes?: number): never {
  const data = { maxBytes: MAX_BODY_BYTES, ...(bytes !== undefined && { bytes }) };
  return reject(call, GATEWAY_ERRORS.requestTooLarge, 'request.body-too-large', data);
}

/** Tells whether `BinaryMediaTypes` include a media type: `Content-Type`, or the first of `Accept` (row AG-PX-04). */
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

/** Treats a body as UTF-8 text: invalid bytes become U+FFFD (row AG-PX-04). */
export function asText(body: Buffer): Buffer {
  return isUtf8(body) ? body : Buffer.from(body.toString('utf8'));
}

/** Converts between binary content and text, which is Base64 then (row AG-IN-03). */
export function convertBody(body: Buffer, isBinaryBody: boolean, wantsBinary: boolean): Buffer {
  if (isBinaryBody === wantsBinary) return isBinaryBody ? body : asText(body);
  return isBinaryBody ? Buffer.from(body.toString('base64')) : Buffer.from(body.toString(), 'base64');
}

const ENCODE = { gzip: promisify(gzip), deflate: promisify(deflate) } as const;
const DECODE = { gzip: promisify(gunzip), deflate: promisify(inflate) } as const;

/** Returns the coding that the client accepts, of those that API Gateway supports (row AG-PX-05). */
export function acceptedCoding(headers: HeaderList): keyof typeof ENCODE | undefined {
  const accepted = (headers.get('accept-encoding') ?? '').split(',').flatMap((part) => {
    const [coding = '', ...parameters] = part.split(';').map((item) => item.trim().toLowerCase());
    return parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)) ? [] : [coding];
  });
  return (['gzip', 'deflate'] as const).find((coding) => accepted.includes(coding));
}

export function encodeBody(body: Buffer, coding: keyof typeof ENCODE): Promise<Buffer> {
  return ENCODE[coding](body);
}

/** Decodes gzip and deflate only. `invalid`: not in that coding, or larger than the limit. */
async function decodeBody(body: Buffer, coding: string | undefined): Promise<Buffer | 'invalid'> {
  if (coding !== 'gzip' && coding !== 'deflate') return body;
  try {
    return await DECODE[coding](body, { maxOutputLength: MAX_BODY_BYTES });
  } catch {
    return 'invalid';
  }
}
