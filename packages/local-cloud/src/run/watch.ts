import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 250;

/**
 * Calls back when one of the files has changed and all are quiet again.
 *
 * Looks at the files themselves from time to time: who synthesizes may replace the whole directory, which a watcher of
 * the file system would not survive.
 *
 * @param files asked for each time, as another state of an assembly may have others
 * @param onChange called again only when it is done; must not throw
 * @param signal aborted to stop
 */
export async function watchFiles(
  files: () => readonly string[],
  onChange: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let applied = await fingerprint(files());
  let last = applied;
  while (await pause(signal)) {
    const now = await fingerprint(files());
    applied ??= now;
    // A file that is missing is being written; two looks that agree mean that the writing is over.
    if (now !== undefined && now === last && now !== applied) {
      applied = now;
      await onChange();
    }
    last = now;
  }
}

/** @returns whether to go on */
async function pause(signal: AbortSignal): Promise<boolean> {
  try {
    await delay(POLL_MS, undefined, { ref: false, signal });
    return true;
  } catch {
    return false;
  }
}

/** `undefined` while a file is missing. */
async function fingerprint(files: readonly string[]): Promise<string | undefined> {
  const stats = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ mtimeMs, size, ino }) => `${file} ${mtimeMs} ${size} ${ino}`,
        () => undefined,
      ),
    ),
  );
  return stats.includes(undefined) ? undefined : stats.join('\n');
}
