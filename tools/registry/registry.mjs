import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { runServer } from 'verdaccio';

const run = promisify(execFile);

/**
 * Starts a registry on this machine. It has the packages that are published to it, and gets all others from the registry
 * that npm is configured for.
 *
 * @param {string} directory for its files
 */
export async function startRegistry(directory) {
  const { stdout } = await run('npm', ['config', 'get', 'registry', '--no-workspaces']);
  const own = { access: '$all', publish: '$anonymous' };
  const app = await runServer({
    configPath: path.join(directory, 'config.yaml'),
    storage: path.join(directory, 'storage'),
    uplinks: { npm: { url: stdout.trim(), cache: false, maxage: '1h', timeout: '60s' } },
    packages: {
      '@spa-on-aws/*': own,
      'create-spa-on-aws': own,
      '**': { access: '$all', proxy: 'npm' },
    },
    // Packages with their console are larger than the default.
    max_body_size: '50mb',
    log: { type: 'stdout', level: 'fatal' },
  });
  await new Promise((resolve) => void app.listen(0, 'localhost', () => resolve(undefined)));
  const { port } = app.address();
  const url = `http://localhost:${port}/`;
  const npmrc = path.join(directory, 'npmrc');
  await mkdir(directory, { recursive: true });
  // npm publishes with a token only; this registry accepts any.
  await writeFile(npmrc, `registry=${url}\n//localhost:${port}/:_authToken=none\n`);
  return {
    url,
    /** Environment of npm: a user's configuration with this registry only, and without packages of earlier runs. */
    env: {
      ...process.env,
      // Nx asks for colors.
      FORCE_COLOR: '0',
      // Its daemon would run on after the tests.
      NX_DAEMON: 'false',
      // Nx would migrate with its latest version, which changes without this repository.
      NX_MIGRATE_USE_LOCAL: 'true',
      // A registry between npm and this one may have no attestations of Nx.
      NX_SKIP_PROVENANCE_CHECK: 'true',
      npm_config_userconfig: npmrc,
      npm_config_registry: url,
      npm_config_cache: path.join(directory, 'cache'),
      npm_config_update_notifier: 'false',
    },
    close: () =>
      new Promise((resolve) => {
        app.closeAllConnections();
        app.close(resolve);
      }),
  };
}
