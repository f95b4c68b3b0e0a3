import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CreateError } from './errors';

/**
 * Runs a program and returns its standard output.
 *
 * @throws {CreateError} when it cannot be started or fails
 */
export async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    // On Windows npm is a script, which only a shell can start. All arguments are of this program.
    const shell = process.platform === 'win32';
    const { stdout } = await promisify(execFile)(program, args, { cwd, shell, maxBuffer: 1 << 26 });
    return stdout;
  } catch (error) {
    const { message } = error as Error;
    throw new CreateError('ERR_PROGRAM', `${program} ${args.join(' ')} failed in ${cwd}: ${message}`, {
      cause: error,
    });
  }
}
