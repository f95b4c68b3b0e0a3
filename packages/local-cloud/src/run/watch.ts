import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 250;

/**
 * Calls back after one of the files has changed and none changes any more.
 *
 * Polls the files: a synthesis may replace the whole directory, which a file system watcher would not survive.
 *
 * @param files called each time, since another state of an assembly may have other files
 * @param onChange not called again before it has finished; must not throw
 * @param signal abort it to stop
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
    // A missing file is being written; two equal fingerprints mean that the writing is over.
    if (now !== undefined && now === last && now !== applied) {
      applied = now;
      await onChange();
    }
    last = now;
  }
}

/** Waits; returns false when aborted. */
async function pause(signal: AbortSignal): Promise<boolean> {
  try {
    await delay(POLL_MS, undefined, { ref: false, signal });
    return true;
  } catch {
    return false;
  }
}

/** Returns `undefined` while a file is missing. */
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
