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
    const command = commandOf(program, args);
    const { stdout } = await promisify(execFile)(program, command.args, {
      cwd,
      shell: command.shell,
      maxBuffer: 1 << 26,
    });
    return stdout;
  } catch (error) {
    const { message } = error as Error;
    throw new CreateError('ERR_PROGRAM', `${program} ${args.join(' ')} failed in ${cwd}: ${message}`, {
      cause: error,
    });
  }
}

/** Returns how to start a program. On Windows npm is a script, which only a shell can start; a shell splits at spaces. */
export function commandOf(
  program: string,
  args: readonly string[],
  platform: NodeJS.Platform = process.platform,
): { shell: boolean; args: readonly string[] } {
  const shell = platform === 'win32' && program === 'npm';
  return { shell, args: shell ? args.map((arg) => `"${arg}"`) : args };
}
