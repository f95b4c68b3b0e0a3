import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CodedError } from '@spa-on-aws/cloudformation';
import type { ByteRange } from '../../http/preconditions';
import type { ObjectContent } from './model/bucket';

/** Larger files stay on disk. */
const IN_MEMORY_BYTES = 1024 * 1024;

/** The file of an object changed after its upload. */
export class ContentChangedError extends CodedError {
  constructor(readonly file: string) {
    super('ERR_CONTENT_CHANGED', `${file} changed after its upload. Restart to upload it again.`);
  }
}

/** Returns a file as content; reads small files now. */
export async function contentOf(file: string): Promise<ObjectContent> {
  const { size } = await stat(file);
  return size <= IN_MEMORY_BYTES ? readFile(file) : { file, size };
}

export function sizeOf(content: ObjectContent): number {
  return Buffer.isBuffer(content) ? content.length : content.size;
}

/** Returns the hexadecimal MD5 of the content. */
export async function md5Of(content: ObjectContent): Promise<string> {
  const hash = createHash('md5');
  if (Buffer.isBuffer(content)) hash.update(content);
  else await pipeline(createReadStream(content.file), hash);
  return hash.digest('hex');
}

/** Reads all or a part of the content. @throws ContentChangedError */
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
