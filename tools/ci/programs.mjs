import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A program could not be started, or failed. */
export class ProgramError extends Error {}

/**
 * Runs a program to its end and returns its standard output.
 *
 * @param {import('node:child_process').ExecFileOptions} [options] for example `signal`, which ends it
 * @throws {ProgramError}
 */
export async function run(program, args, options = {}) {
  options.signal?.throwIfAborted();
  const running = promisify(execFile)(program, args, { ...options, encoding: 'utf8', maxBuffer: Infinity });
  // Programs must not wait for input.
  running.child.stdin?.end();
  try {
    return (await running).stdout;
  } catch (error) {
    options.signal?.throwIfAborted();
    const { code, signal, message, stdout, stderr } = error;
    if (typeof code === 'string')
      throw new ProgramError(`${program} cannot be started: ${message}`, { cause: error });
    const output = (stderr.trim() || stdout.trim()).split('\n').slice(-10).join('\n  ');
    throw new ProgramError(`${program} ${args.join(' ')} ended with ${code ?? signal}:\n  ${output}`);
  }
}

/** Returns whether a program succeeds; takes the arguments of `run`. */
export async function succeeds(...command) {
  try {
    await run(...command);
    return true;
  } catch (error) {
    if (error instanceof ProgramError) return false;
    throw error;
  }
}

/**
 * Unpacks Debian packages into a directory, without installing them.
 *
 * @param {string} directory created when it does not exist
 * @param {{ withDependencies?: boolean }} options also those dependencies that this machine does not have; needs root
 * @throws {ProgramError} when they are not available
 */
export async function unpackDebianPackages(names, directory, { withDependencies = false, signal }) {
  const archives = `${directory}-archives`;
  await mkdir(join(archives, 'partial'), { recursive: true });
  await mkdir(directory, { recursive: true });
  const command = withDependencies
    ? ['install', '--download-only', '--reinstall', '--no-install-recommends', '--yes']
    : ['download'];
  const args = [...command, '--option', `Dir::Cache::archives=${archives}`, ...names];
  const download = () => run('apt-get', args, { cwd: archives, signal });
  await download().catch(async (error) => {
    if (!(error instanceof ProgramError)) throw error;
    // The package lists may be missing or outdated.
    await run('apt-get', ['update'], { signal });
    await download();
  });
  for (const name of await readdir(archives))
    if (name.endsWith('.deb')) await run('dpkg', ['--extract', join(archives, name), directory], { signal });
}
