import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

/** Runs the script after a run of Nx that ended at a time. */
function failuresOf(endTime) {
  const cache = mkdtempSync(path.join(tmpdir(), 'failures-'));
  onTestFinished(() => rmSync(cache, { recursive: true }));
  const tasks = [
    { taskId: 'web:e2e', hash: '1', status: 0 },
    { taskId: 'sign-in:e2e', hash: '2', status: 1 },
    { taskId: 'infra:synth', hash: '3' },
  ];
  writeFileSync(path.join(cache, 'run.json'), JSON.stringify({ run: { endTime }, tasks }));
  mkdirSync(path.join(cache, 'terminalOutputs'));
  for (const { taskId, hash } of tasks)
    writeFileSync(path.join(cache, 'terminalOutputs', hash), `${taskId} line\n`.repeat(100));
  return spawnSync(process.execPath, [path.join(import.meta.dirname, 'failures.mjs')], {
    env: { ...process.env, NX_CACHE_DIRECTORY: cache },
    encoding: 'utf8',
  });
}

test('the last lines of each task that failed are printed, and the exit code is 1', () => {
  const { status, stdout } = failuresOf(new Date().toISOString());
  expect(status).toBe(1);
  expect(stdout).toBe(
    `\nsign-in:e2e failed; its last lines:\n\n${'sign-in:e2e line\n'.repeat(60).trimEnd()}\n`,
  );
});

test('an earlier run of Nx is not taken for the one that failed', () => {
  expect(failuresOf(new Date(Date.now() - 600_000).toISOString())).toMatchObject({ status: 1, stdout: '' });
});
