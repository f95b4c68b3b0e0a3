import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ProcessUsage } from './process-usage.mjs';

/** The built program. */
export const MAIN = path.resolve(import.meta.dirname, '../../dist/main.js');

const START_LIMIT_MS = 30_000;

/** The local cloud ended or did not become ready; the message is its output. */
export class StartError extends Error {}

/**
 * Starts the local cloud on free ports and waits until it is ready.
 *
 * @param {string[]} [flags]
 * @returns {Promise<{ state: any, readyMs: number, usage: ProcessUsage, stop: () => Promise<void> }>}
 *   `state`: content of the state file; `readyMs`: time since the start of `node`
 * @throws {StartError}
 */
export async function startCloud(flags = []) {
  const directory = await mkdtemp(path.join(tmpdir(), 'local-cloud-'));
  const stateFile = path.join(directory, 'state.json');
  const ports = ['--port', '--cognito-port', '--api-gateway-port', '--console-port'].flatMap((flag) => [
    flag,
    '0',
  ]);
  const all = [...ports, '--state-file', stateFile, '--log-level', 'error', ...flags];
  const startedAt = performance.now();
  const child = spawn(process.execPath, [MAIN, ...all], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(directory, { recursive: true, force: true });
  };
  let output = '';
  let limit;
  try {
    const readyMs = await new Promise((resolve, reject) => {
      const onOutput = (text) => {
        output += text;
        if (output.includes('Ready in')) resolve(performance.now() - startedAt);
      };
      child.stdout.setEncoding('utf8').on('data', onOutput);
      child.stderr.setEncoding('utf8').on('data', onOutput);
      limit = setTimeout(() => reject(new StartError('did not become ready')), START_LIMIT_MS);
      void ended.then((code) =>
        reject(new StartError(output.trim().split('\n').slice(-3).join(' ') || `ended with ${code}`)),
      );
    });
    const state = JSON.parse(await readFile(stateFile, 'utf8'));
    return { state, readyMs, usage: new ProcessUsage(child.pid), stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(limit);
  }
}
