import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const CONTAINER = join(import.meta.dirname, '..', 'container');

/**
 * Runs a command of the image on a machine that has only these container engines: name → whether its `info` answers.
 * They build everything, tell how they were called, and do nothing else.
 */
export function runOnMachineWith(
  engines: Record<string, boolean>,
  script: 'containerize.mjs' | 'container-test.mjs',
  args: readonly string[] = [],
  env: Record<string, string> = {},
) {
  const bin = mkdtempSync(join(tmpdir(), 'engines-'));
  onTestFinished(() => rmSync(bin, { recursive: true }));
  for (const [name, answers] of Object.entries(engines)) {
    const info = answers ? 'exit 0' : 'echo "no daemon" >&2; exit 1';
    const build = `echo "${name} runs $*, format $BUILDAH_FORMAT"`;
    writeFileSync(
      join(bin, name),
      `#!/bin/sh\ncase "$1" in info) ${info};; build) ${build};; *) echo "no $1" >&2; exit 1;; esac\n`,
    );
    chmodSync(join(bin, name), 0o755);
  }
  return spawnSync(process.execPath, [join(CONTAINER, script), ...args], {
    encoding: 'utf8',
    env: { PATH: bin, ...env },
  });
}
