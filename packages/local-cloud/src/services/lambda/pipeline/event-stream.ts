import { crc32 } from 'node:zlib';

/** Type of a header whose value is a string. */
const STRING = 7;

/**
 * Encodes an event as a message of the content type `application/vnd.amazon.eventstream`: lengths, headers, payload and two
 * checksums.
 *
 * @param payload bytes, or an object that becomes JSON
 */
export function eventMessage(type: string, payload: Buffer | object): Buffer {
  const isBinary = Buffer.isBuffer(payload);
  const body = isBinary ? payload : Buffer.from(JSON.stringify(payload));
  const headers = Buffer.concat([
    header(':message-type', 'event'),
    header(':event-type', type),
    header(':content-type', isBinary ? 'application/octet-stream' : 'application/json'),
  ]);
  const lengths = numbers(16 + headers.length + body.length, headers.length);
  const message = Buffer.concat([lengths, numbers(crc32(lengths)), headers, body]);
  return Buffer.concat([message, numbers(crc32(message))]);
}

function header(name: string, value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(value));
  return Buffer.concat([
    Buffer.of(Buffer.byteLength(name)),
    Buffer.from(name),
    Buffer.of(STRING),
    length,
    Buffer.from(value),
  ]);
}

/** Writes unsigned numbers of four bytes. */
function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => bytes.writeUInt32BE(value, 4 * index));
  return bytes;
}
