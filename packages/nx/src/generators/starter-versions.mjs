import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readJson, readJsonFile, writeJsonFile } from '@nx/devkit';
import { mergeStarter } from './merge-starter.mjs';

/** @typedef {import('@nx/devkit').Tree} Tree */

/** Package that creates workspaces, and the property of package.json in which it records its version and the answers. */
export const CREATOR = 'create-spa-on-aws';

/**
 * How a workspace was created: the other properties are flags of `create-spa-on-aws`.
 *
 * @typedef {{ version: string, name: string, title: string } & Record<string, string | boolean>} Creation `version` is that
 *   of `create-spa-on-aws`, or `file:` and its tarball in the workspace
 */

/** @param {Tree} tree @returns {Creation | undefined} */
export function creationOf(tree) {
  return tree.exists('package.json') ? readJson(tree, 'package.json')[CREATOR] : undefined;
}

/**
 * Creates the starter in two ways and merges the difference into the workspace.
 *
 * @param {Tree} tree
 * @param {Creation} from how the workspace was created
 * @param {Creation} to how it would be created now
 * @param {typeof createWith} create
 */
export function mergeCreations(tree, from, to, create = createWith) {
  const temporary = mkdtempSync(join(tmpdir(), 'starter-'));
  try {
    const [base, theirs] = [from, to].map((creation, index) => {
      const directory = join(temporary, String(index));
      mkdirSync(directory);
      const workspace = create(creation, directory, tree.root);
      // A creator does not know the tarball that it comes from.
      const manifest = join(workspace, 'package.json');
      writeJsonFile(manifest, { ...readJsonFile(manifest), [CREATOR]: creation });
      return workspace;
    });
    return mergeStarter(tree, base ?? '', theirs ?? '', 'new-version');
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/**
 * Creates a workspace in a directory, with the version of `create-spa-on-aws` that npm installs for it.
 *
 * @param {Creation} creation
 * @param {string} directory
 * @param {string} root of the workspace, for relative paths of tarballs and the configuration of npm
 * @returns {string} directory of the new workspace
 */
function createWith({ version, name, ...answers }, directory, root) {
  const configuration = join(root, '.npmrc');
  if (existsSync(configuration)) copyFileSync(configuration, join(directory, '.npmrc'));
  const creator = version.startsWith('file:')
    ? resolve(root, version.slice('file:'.length))
    : `${CREATOR}@${version}`;
  const options = ['--prefix', '.', '--no-audit', '--no-fund', '--no-workspaces', '--loglevel=error'];
  // On Windows npm is a script, which only a shell can start.
  const isWindows = process.platform === 'win32';
  execFileSync('npm', ['install', ...options, isWindows ? `"${creator}"` : creator], {
    cwd: directory,
    shell: isWindows,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const flags = Object.entries(answers)
    .filter(([, value]) => value !== false)
    .map(([flag, value]) => (value === true ? `--${flag}` : `--${flag}=${value}`));
  const program = join(directory, `node_modules/${CREATOR}/bin/${CREATOR}.mjs`);
  execFileSync(process.execPath, [program, name, ...flags, '--yes'], { cwd: directory, stdio: 'pipe' });
  return join(directory, name);
}
