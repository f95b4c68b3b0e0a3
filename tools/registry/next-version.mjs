import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Publishes the next patch version of packages that are in a registry. The packages are the same, with a changed starter.
 *
 * @param {string} directory for the packages
 * @param {string[]} names of all packages, which depend on one another
 * @param {NodeJS.ProcessEnv} env of npm
 * @param {{ file: string, from: string, to: string }} change to a file of the starter
 * @returns {Promise<string>} the version
 */
export async function publishNextVersion(directory, names, env, change) {
  let next = '';
  for (const name of names) {
    const folder = path.join(directory, name);
    await mkdir(folder, { recursive: true });
    await run('npm', ['pack', name], { cwd: folder, env });
    const [tarball = ''] = await readdir(folder);
    await run('tar', ['-xzf', tarball], { cwd: folder });
    const own = path.join(folder, 'package');
    const { version } = JSON.parse(await readFile(path.join(own, 'package.json'), 'utf8'));
    next = version.replace(/\d+$/, (/** @type {string} */ patch) => String(Number(patch) + 1));
    const keys = ['version', ...names].join('|');
    const versions = new RegExp(`(?<="(${keys})": ")${version.replaceAll('.', '\\.')}(?=")`, 'g');
    await replace(path.join(own, 'package.json'), versions, next);
    if (name === '@spa-on-aws/nx') await replace(path.join(own, 'dist/migrations.json'), versions, next);
    if (name === 'create-spa-on-aws') {
      await replace(path.join(own, 'dist/starter', change.file), change.from, change.to);
    }
    // Scripts would build the starter again.
    await run('npm', ['publish', '--ignore-scripts'], { cwd: own, env });
  }
  return next;
}

/**
 * Replaces text in a file.
 *
 * @param {string} file
 * @param {string | RegExp} from
 * @param {string} to
 * @throws if the file does not contain the text
 */
export async function replace(file, from, to) {
  const text = await readFile(file, 'utf8');
  const replaced = text.replace(from, to);
  if (replaced === text) throw new Error(`${file} does not contain ${from}.`);
  await writeFile(file, replaced);
}
