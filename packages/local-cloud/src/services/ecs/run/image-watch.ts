import { createHash } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** A build writes several files: it is over when nothing has changed for so long. */
export const SETTLE_MS = 100;

/** Calls back when the content of a directory's files has changed and is quiet again. */
export async function watchImage(directory: string, onChange: () => void): Promise<FSWatcher> {
  let known = await fingerprint(directory);
  let timer: NodeJS.Timeout | undefined;
  const compare = async (): Promise<void> => {
    const now = await fingerprint(directory);
    if (now === known || now === undefined) return;
    known = now;
    onChange();
  };
  return watch(directory, () => {
    clearTimeout(timer);
    timer = setTimeout(() => void compare(), SETTLE_MS);
  });
}

/** `undefined` while a file is being replaced. */
async function fingerprint(directory: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
    for (const file of files.sort()) hash.update(file).update(await readFile(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return hash.digest('hex');
}
