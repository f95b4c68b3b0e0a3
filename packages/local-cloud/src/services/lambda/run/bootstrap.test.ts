import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { RuntimeApi } from './runtime-api';

const BOOTSTRAP = path.resolve(import.meta.dirname, '../../../../lambda-runtime/bootstrap.mjs');

test('a runtime ends, and removes its temporary directories, when the local cloud is gone', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'bootstrap-'));
  await writeFile(
    path.join(directory, 'index.js'),
    'exports.handler = () => new Promise(() => setInterval(() => 0, 1000));',
  );
  let onReady = (): void => undefined;
  const ready = new Promise<void>((resolve) => (onReady = resolve));
  const api = new RuntimeApi(({ kind }) => kind === 'ready' && onReady());
  onTestFinished(() => api.close());
  const child = spawn(process.execPath, [BOOTSTRAP, directory], {
    env: {
      AWS_LAMBDA_RUNTIME_API: await api.listen(),
      LAMBDA_TASK_ROOT: directory,
      _HANDLER: 'index.handler',
    },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await ready;
  api.send({
    requestId: 'r',
    functionArn: 'f',
    traceHeader: '',
    deadlineMs: Date.now() + 60_000,
    payload: '{}',
  });
  const ended = once(child, 'exit');
  child.stdin.end();
  expect((await ended)[0]).toBe(1);
  expect(existsSync(directory)).toBe(false);
});
