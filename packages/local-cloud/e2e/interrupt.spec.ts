import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, test } from '@playwright/test';

test('Ctrl-C reaches Nx, which gives the local cloud a terminal of its own', async ({}, testInfo) => {
  test.skip(process.platform !== 'linux', 'The options of script(1) differ.');
  const nx = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const flags = ['port', 'cognito-port', 'api-gateway-port', 'console-port'].map((port) => `--${port}=0`);
  const stateFile = path.relative(path.join(import.meta.dirname, '..'), testInfo.outputPath('state.json'));
  // Without exec, some shells wait for the program, and end by SIGINT themselves.
  const command = `exec node dist/main.js --assembly e2e/sample --state-file ${stateFile} ${flags.join(' ')}`;
  const terminal = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: path.join(import.meta.dirname, '..'),
    env: { ...process.env, NX_INVOCATION_ROOT_PID: String(nx.pid) },
  });
  let output = '';
  terminal.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await expect.poll(() => output, { timeout: 30_000 }).toContain('Ready in');
  const [ended, nxEnded] = [once(terminal, 'exit'), once(nx, 'exit')];
  terminal.stdin.write('\u0003');
  expect(await nxEnded).toEqual([null, 'SIGINT']);
  expect(await ended).toEqual([0, null]);
});
