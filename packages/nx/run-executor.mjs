// Nx imports an executor when it plans tasks, before this package is built. So this file is JavaScript, and it starts the
// bundle in `dist` (built from `src`) in a separate process.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const BUNDLE = join(import.meta.dirname, 'dist', 'main.js');

/**
 * Runs any executor of this package to its end. Signals are passed on, so that the executor can clean up.
 *
 * @param {Record<string, unknown>} options of the target and of the command line
 * @param {import('@nx/devkit').ExecutorContext} context
 * @returns {Promise<{ success: boolean }>}
 */
export default function runExecutor(options, { root, projectName = '', projectsConfigurations, target }) {
  if (!existsSync(BUNDLE)) throw new Error(`${BUNDLE} does not exist. Build it: npx nx build nx-plugin`);
  const run = {
    executor: target?.executor?.split(':').at(-1),
    options,
    workspaceRoot: root,
    projectRoot: join(root, projectsConfigurations.projects[projectName]?.root ?? ''),
    projectName,
  };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BUNDLE, JSON.stringify(run)], { stdio: 'inherit' });
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
      process.on(signal, () => child.kill(signal));
    child.once('error', reject);
    child.once('close', (code) => resolve({ success: code === 0 }));
  });
}
