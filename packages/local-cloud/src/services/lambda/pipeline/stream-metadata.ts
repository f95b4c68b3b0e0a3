import type { Readable } from 'node:stream';

/** Ends the metadata of a streamed response. */
const DELIMITER = Buffer.alloc(8);

/**
 * Reads the JSON before the content of a streamed response, which `body` has afterwards.
 *
 * @returns `undefined` when there is none within `maxBytes`
 */
export async function readStreamMetadata(body: Readable, maxBytes: number): Promise<unknown> {
  let read = Buffer.alloc(0);
  try {
    for await (const chunk of body.iterator({ destroyOnReturn: false })) {
      read = Buffer.concat([read, chunk as Buffer]);
      const end = read.indexOf(DELIMITER);
      if (end < 0 && read.length <= maxBytes) continue;
      if (end < 0 || end > maxBytes) return undefined;
      const content = read.subarray(end + DELIMITER.length);
      if (content.length > 0) body.unshift(content);
      return JSON.parse(read.subarray(0, end).toString('utf8')) as unknown;
    }
  } catch {
    // The function failed, or this is not JSON: reported as a malformed response.
  }
  return undefined;
}
