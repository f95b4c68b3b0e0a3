import { spawn } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** A program could not be started, or failed. */
export class ProgramError extends Error {}

/**
 * Runs a program to its end and returns its standard output.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options] for example `signal`, which ends it
 * @throws {ProgramError}
 */
export async function run(program, args, options = {}) {
  options.signal?.throwIfAborted();
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const [status, stdout, stderr] = await Promise.all([
    new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, by) => resolve(code ?? by));
    }),
    text(/** @type {import('node:stream').Readable} */ (child.stdout)),
    text(/** @type {import('node:stream').Readable} */ (child.stderr)),
  ]).catch((error) => {
    options.signal?.throwIfAborted();
    throw new ProgramError(`${program} cannot be started: ${error.message}`, { cause: error });
  });
  options.signal?.throwIfAborted();
  if (status === 0) return stdout;
  const output = (stderr.trim() || stdout.trim()).split('\n').slice(-10).join('\n  ');
  throw new ProgramError(`${program} ${args.join(' ')} ended with ${status}:\n  ${output}`);
}

/**
 * Unpacks Debian packages into a directory, without installing them.
 *
 * @param {readonly string[]} names
 * @param {string} directory created when it does not exist
 * @param {object} options
 * @param {boolean} [options.withDependencies] also those that this machine does not have; needs root. Default: false
 * @param {AbortSignal} options.signal
 * @throws {ProgramError} when they are not available
 */
export async function unpackDebianPackages(names, directory, { withDependencies = false, signal }) {
  const archives = `${directory}-archives`;
  await mkdir(join(archives, 'partial'), { recursive: true });
  await mkdir(directory, { recursive: true });
  const command = withDependencies
    ? ['install', '--download-only', '--reinstall', '--no-install-recommends', '--yes']
    : ['download'];
  const download = () =>
    run('apt-get', [...command, '--option', `Dir::Cache::archives=${archives}`, ...names], {
      cwd: archives,
      signal,
    });
  await download().catch(async (error) => {
    if (!(error instanceof ProgramError)) throw error;
    // The package lists may be missing or outdated.
    await run('apt-get', ['update'], { signal });
    await download();
  });
  for (const name of await readdir(archives))
    if (name.endsWith('.deb')) await run('dpkg', ['--extract', join(archives, name), directory], { signal });
}
