// Runs an operation as an Nx executor: the bundle in `dist`, which is built from `src/operations`.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const BUNDLE = join(import.meta.dirname, 'dist', 'main.js');
const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * @param {Record<string, unknown>} options those of the target and of the command line
 * @param {{ target: { executor: string } }} context
 * @returns {Promise<{ success: boolean }>}
 */
export default function runOperation({ _: positionals = [], ...options }, { target }) {
  const name = target.executor.split(':').at(-1);
  const flags = Object.entries(options).map(([key, value]) => `--${key}=${value}`);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BUNDLE, name, ...flags, ...[positionals].flat().map(String)], {
      stdio: 'inherit',
    });
    for (const signal of END_SIGNALS) process.on(signal, () => child.kill(signal));
    child.once('error', reject);
    child.once('close', (code) => resolve({ success: code === 0 }));
  });
}
