import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '@spa-on-aws/nx';
import { CommandError } from '@spa-on-aws/nx';

/**
 * Unpacks Debian packages into a directory, without installing anything on this machine.
 *
 * @param {readonly string[]} names
 * @param {string} directory made when missing
 * @param {{ withMissing?: boolean, signal?: AbortSignal }} [options] `withMissing`: those they depend on too, unless
 *   this machine has them; this takes root
 * @throws {CommandError} when they cannot be had
 */
export async function unpackDebianPackages(names, directory, { withMissing = false, signal } = {}) {
  const archives = `${directory}-archives`;
  await mkdir(join(archives, 'partial'), { recursive: true });
  await mkdir(directory, { recursive: true });
  const fetchAll = withMissing
    ? ['install', '--download-only', '--reinstall', '--no-install-recommends', '--yes']
    : ['download'];
  const fetch = () =>
    run('apt-get', [...fetchAll, '--option', `Dir::Cache::archives=${archives}`, ...names], {
      cwd: archives,
      signal,
    });
  await fetch().catch(async (error) => {
    if (!(error instanceof CommandError)) throw error;
    // The package lists may be missing or old.
    await run('apt-get', ['update'], { signal });
    await fetch();
  });
  for (const name of await readdir(archives))
    if (name.endsWith('.deb')) await run('dpkg', ['--extract', join(archives, name), directory], { signal });
}
