import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const SCRIPT = join(import.meta.dirname, '..', 'container', 'containerize.mjs');

/** Runs the script on a machine that has only these engines: name → whether its `info` answers. */
function containerize(engines: Record<string, boolean>, env: Record<string, string> = {}) {
  const bin = mkdtempSync(join(tmpdir(), 'engines-'));
  onTestFinished(() => rmSync(bin, { recursive: true }));
  for (const [name, answers] of Object.entries(engines)) {
    const info = answers ? 'exit 0' : 'echo "no daemon" >&2; exit 1';
    writeFileSync(
      join(bin, name),
      `#!/bin/sh\nif [ "$1" = info ]; then ${info}; fi\necho "$0 runs $1 $2 $3, format $BUILDAH_FORMAT"\n`,
    );
    chmodSync(join(bin, name), 0o755);
  }
  return spawnSync(process.execPath, [SCRIPT], { encoding: 'utf8', env: { PATH: bin, ...env } });
}

test('the first engine that answers builds the image', () => {
  const { status, stdout } = containerize({ docker: false, podman: true, nerdctl: true });
  expect(status).toBe(0);
  expect(stdout).toContain('podman runs build -t spa-on-aws-api, format docker');
});

test('CONTAINER_ENGINE wins over CDK_DOCKER, and both over what answers', () => {
  const engines = { docker: true, finch: true, nerdctl: true };
  expect(containerize(engines, { CDK_DOCKER: 'finch' }).stdout).toContain('finch runs build');
  expect(containerize(engines, { CDK_DOCKER: 'finch', CONTAINER_ENGINE: 'nerdctl' }).stdout).toContain(
    'nerdctl runs build',
  );
});

test('without an engine it says what was tried and what to do', () => {
  const { status, stderr } = containerize({ docker: false });
  expect(status).toBe(1);
  expect(stderr).toContain('docker: does not answer: no daemon');
  expect(stderr).toContain('podman: not installed');
  expect(stderr).toContain('CONTAINER_ENGINE');
});

test('an engine that cannot be run is named', () => {
  const { status, stderr } = containerize({}, { CONTAINER_ENGINE: 'lima' });
  expect(status).toBe(1);
  expect(stderr).toContain('lima cannot be run');
});
