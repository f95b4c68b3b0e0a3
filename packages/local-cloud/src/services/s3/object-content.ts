import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ByteRange } from '../../http/byte-range';

/** A file that is read when somebody asks for it. */
export interface FileContent {
  readonly file: string;
  readonly size: number;
}

/** What an object holds. */
export type ObjectContent = Buffer | FileContent;

/** Larger files stay on disk. */
const IN_MEMORY_BYTES = 1024 * 1024;

/** The file is not what it was when it was uploaded. */
export class ContentChangedError extends Error {
  constructor(file: string) {
    super(`${file} has changed since it was uploaded; start again to upload it anew.`);
  }
}

/** A file as content: small ones are read now. */
export async function contentOf(file: string): Promise<ObjectContent> {
  const { size } = await stat(file);
  return size <= IN_MEMORY_BYTES ? readFile(file) : { file, size };
}

/** In bytes. */
export function sizeOf(content: ObjectContent): number {
  return Buffer.isBuffer(content) ? content.length : content.size;
}

/** The MD5 of the content in hexadecimal digits. */
export async function md5Of(content: ObjectContent): Promise<string> {
  const hash = createHash('md5');
  if (Buffer.isBuffer(content)) hash.update(content);
  else await pipeline(createReadStream(content.file), hash);
  return hash.digest('hex');
}

/**
 * All or a part of the content, as it goes into a response.
 *
 * @throws ContentChangedError
 */
export async function readContent(content: ObjectContent, range?: ByteRange): Promise<Buffer | Readable> {
  if (Buffer.isBuffer(content)) return range ? content.subarray(range.start, range.end + 1) : content;
  const handle = await open(content.file).catch(() => {
    throw new ContentChangedError(content.file);
  });
  if ((await handle.stat()).size !== content.size) {
    await handle.close();
    throw new ContentChangedError(content.file);
  }
  return handle.createReadStream(range ?? {});
}
