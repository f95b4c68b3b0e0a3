import { brotliDecompressSync, constants, gunzipSync, inflateSync } from 'node:zlib';
import type { RecordedBody } from '../http/recorded-body';
import { redactBody, redactText } from './redaction';

export type HeaderField = readonly [name: string, value: string];

/** A request or a response as it was sent. */
export interface Message {
  /** Without secrets. */
  readonly headers: readonly HeaderField[];
  /** `undefined` for sign-in: its bodies hold passwords, codes and tokens. */
  readonly body: RecordedBody | undefined;
}

export interface BodyView {
  readonly type: string;
  /** Bytes that were sent, maybe compressed. */
  readonly size: number;
  /** Without secrets; `undefined` when only the size is stored. */
  readonly text: string | undefined;
  /** False if the text is only the beginning. */
  readonly isComplete: boolean;
}

export interface MessageView {
  readonly headers: readonly HeaderField[];
  /** `undefined`: there is none. */
  readonly body: BodyView | undefined;
}

/** Returns a message with the text of its body, without secrets. */
export function viewMessage(message: Message): MessageView {
  return { headers: message.headers, body: viewBody(message) };
}

/** Returns the value of a header; `name` is in lower case. */
function headerOf(headers: readonly HeaderField[], name: string): string {
  return headers.find(([each]) => each.toLowerCase() === name)?.[1] ?? '';
}

function viewBody({ headers, body }: Message): BodyView | undefined {
  if (!body || body.size === 0) return undefined;
  const { size, bytes, isComplete } = body;
  const type = headerOf(headers, 'content-type');
  const decoded = bytes.length === 0 ? undefined : decode(bytes, headerOf(headers, 'content-encoding'));
  return { type: redactText(type), size, text: decoded && redactBody(type, decoded.toString()), isComplete };
}

/** The rest of a stored beginning is missing, so an early end of the data is no error. */
const DECODERS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  '': (bytes) => bytes,
  br: (bytes) => brotliDecompressSync(bytes, { finishFlush: constants.BROTLI_OPERATION_FLUSH, ...LIMIT }),
  gzip: (bytes) => gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, ...LIMIT }),
  deflate: (bytes) => inflateSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, ...LIMIT }),
};

const LIMIT = { maxOutputLength: 1_048_576 };

/** @returns `undefined` if the coding is unknown or the bytes are not in it */
function decode(bytes: Buffer, coding: string): Buffer | undefined {
  try {
    return DECODERS[coding.toLowerCase()]?.(bytes);
  } catch {
    return undefined;
  }
}
