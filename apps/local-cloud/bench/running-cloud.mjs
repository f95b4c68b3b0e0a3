import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const MAIN = path.resolve(import.meta.dirname, '../dist/main.js');

/**
 * Starts the local cloud on free ports and waits until everything answers.
 *
 * @returns {Promise<{ state: any, readyMs: number, memory: () => Promise<{ peakMb: number, nowMb: number }>, stop: () => Promise<void> }>}
 *   `state` is what the state file holds, `readyMs` the time since `node` was started
 */
export async function startCloud() {
  const directory = await mkdtemp(path.join(tmpdir(), 'bench-local-cloud-'));
  const stateFile = path.join(directory, 'state.json');
  const ports = ['--port', '--cognito-port', '--api-gateway-port', '--console-port'].flatMap((flag) => [
    flag,
    '0',
  ]);
  const startedAt = performance.now();
  const child = spawn(process.execPath, [MAIN, ...ports, '--state-file', stateFile, '--log-level', 'error'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const readyMs = await new Promise((resolve, reject) => {
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      said += text;
      if (said.includes('Ready in')) resolve(performance.now() - startedAt);
    });
    child.once('exit', (code) =>
      reject(new Error(`The local cloud ended with ${code} before it was ready:\n${said}`)),
    );
  });
  return {
    state: JSON.parse(await readFile(stateFile, 'utf8')),
    readyMs,
    memory: () => memoryOf(child.pid),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Resident memory of a process as Linux counts it; elsewhere there is no figure. */
async function memoryOf(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const megabytes = (field) =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? NaN) / 1024;
  return { peakMb: megabytes('VmHWM'), nowMb: megabytes('VmRSS') };
}
