// Runs a script of this directory as an Nx executor, so that Nx shows its options.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

/**
 * @param {Record<string, unknown>} options those of the target and of the command line
 * @param {{ target: { executor: string } }} context
 * @returns {Promise<{ success: boolean }>}
 */
export default function runScript({ _: positionals = [], ...options }, { target }) {
  const script = join(import.meta.dirname, `${target.executor.split(':').at(-1)}.mjs`);
  const flags = Object.entries(options)
    .filter(([, value]) => value !== false)
    .map(([name, value]) => (value === true ? `--${name}` : `--${name}=${value}`));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...flags, ...[positionals].flat().map(String)], {
      stdio: 'inherit',
    });
    // It ends when the script has cleaned up.
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
      process.on(signal, () => child.kill(signal));
    child.once('error', reject);
    child.once('close', (code) => resolve({ success: code === 0 }));
  });
}
