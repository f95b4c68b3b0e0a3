import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 250;

/**
 * Calls back after one of the files has changed and none changes any more. Polls, because a synthesis may replace the whole
 * directory. `files` is called each time; `onChange` is not called again before it has finished, and must not throw.
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
