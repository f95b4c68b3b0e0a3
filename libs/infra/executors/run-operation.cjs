// Runs an operation as an Nx executor: the bundle in `dist`, which is built from `src/operations`.
const { spawn } = require('node:child_process');
const { join } = require('node:path');

const BUNDLE = join(__dirname, 'dist', 'main.js');
const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * @param {Record<string, unknown>} options those of the target and of the command line
 * @param {{ target: { executor: string } }} context
 * @returns {Promise<{ success: boolean }>}
 */
module.exports = function runOperation(options, { target }) {
  const name = target.executor.split(':').at(-1);
  const positionals = [options._ ?? []].flat().map(String);
  const flags = Object.entries(options)
    .filter(([key]) => key !== '_')
    .map(([key, value]) => `--${key}=${value}`);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BUNDLE, name, ...flags, ...positionals], { stdio: 'inherit' });
    for (const signal of END_SIGNALS) process.on(signal, () => child.kill(signal));
    child.once('error', reject);
    child.once('close', (code) => resolve({ success: code === 0 }));
  });
};
