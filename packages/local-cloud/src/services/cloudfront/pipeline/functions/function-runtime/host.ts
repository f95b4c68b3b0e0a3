import { createHash, createHmac } from 'node:crypto';

/**
 * What this process does for a function's context. Only strings and numbers cross the border, so that nothing of this
 * process can be reached from an object; bytes are strings of characters up to U+00FF.
 */
export interface RuntimeHost {
  /** The moment at which all of the call happens, in milliseconds since the epoch. */
  startedAt(): number;
  /** A line of `console.log`. */
  log(line: string): void;
  /** The outcome, as JSON: `{ value }` or `{ error, stack }`. */
  settle(json: string): void;
  /** @param key of an HMAC; `undefined` for a plain hash */
  digest(algorithm: string, key: string | undefined, bytes: string): string;
  /** Text in an encoding, as bytes. */
  encode(text: string, encoding: string): string;
  /** Bytes as text in an encoding. */
  decode(bytes: string, encoding: string): string;
}

/** The parts that are the same for every call. */
export const hostCodecs: Pick<RuntimeHost, 'digest' | 'encode' | 'decode'> = {
  digest(algorithm, key, bytes) {
    const hash =
      key === undefined ? createHash(algorithm) : createHmac(algorithm, Buffer.from(key, 'latin1'));
    return hash.update(bytes, 'latin1').digest().toString('latin1');
  },
  encode: (text, encoding) => Buffer.from(text, encoding as BufferEncoding).toString('latin1'),
  decode: (bytes, encoding) => Buffer.from(bytes, 'latin1').toString(encoding as BufferEncoding),
};
