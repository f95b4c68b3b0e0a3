import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from './temporary-directory';

/**
 * Creates a directory for `PATH` with container engines, by name.
 *
 * @param engines script of each, with the engine's command as `$1`
 */
export function engineDirectory(engines: Readonly<Record<string, string>>): string {
  const directory = temporaryDirectory();
  for (const [name, script] of Object.entries(engines)) {
    writeFileSync(join(directory, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(directory, name), 0o755);
  }
  return directory;
}

/** Script of an engine that has all images, for ARM. */
export const BUILDS_FOR_ARM = `test "$1 $2" != "image inspect" || echo '[{"Os":"linux","Architecture":"arm64"}]'`;
