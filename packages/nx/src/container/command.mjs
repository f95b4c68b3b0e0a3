import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { CommandError } from './errors.mjs';

/**
 * @typedef {object} CommandOptions
 * @property {NodeJS.ProcessEnv} [env] default: this process's
 * @property {string} [cwd]
 * @property {AbortSignal | undefined} [signal] ends the program
 * @property {number} [limitMs] ends the program after this time; default: no limit
 * @property {boolean} [show] its output goes to the terminal instead of the result; default: false
 */

/** How much of a failed program's output its error shows. */
const SHOWN_LINES = 15;

/**
 * Runs a program to its end and gives what it wrote to standard output.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 * @throws {CommandError} when it cannot be started, ends with another code than 0, or takes longer than `limitMs`
 */
export async function run(command, args, { env = process.env, cwd, signal, limitMs, show = false } = {}) {
  signal?.throwIfAborted();
  const limit = limitMs === undefined ? undefined : AbortSignal.timeout(limitMs);
  const ends = [signal, limit].filter((end) => end !== undefined);
  const child = spawn(command, args, {
    env,
    cwd,
    signal: AbortSignal.any(ends),
    stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
  });
  const [status, stdout, stderr] = await Promise.all([
    new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, by) => resolve(code ?? by));
    }),
    child.stdout ? text(child.stdout) : '',
    child.stderr ? text(child.stderr) : '',
  ]).catch((error) => {
    signal?.throwIfAborted();
    const why = limit?.aborted ? `took longer than ${limitMs} ms` : `cannot be run: ${error.message}`;
    throw new CommandError(`${command} ${why} (${line(command, args)})`, { cause: error });
  });
  signal?.throwIfAborted();
  if (status === 0) return stdout;
  const said = (stderr.trim() || stdout.trim()).split('\n').slice(-SHOWN_LINES).join('\n  ');
  throw new CommandError(`${line(command, args)} ended with ${status}${said ? `:\n  ${said}` : ''}`);
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 */
function line(command, args) {
  return [command, ...args].join(' ');
}
