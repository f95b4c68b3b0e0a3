import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { ProgramError } from '../errors';

export interface ProgramOptions {
  /** @default the environment of this process */
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly cwd?: string;
  /** Ends the program. */
  readonly signal?: AbortSignal | undefined;
  /** Ends the program after this time. @default no limit */
  readonly limitMs?: number;
  /** Prints the output instead of returning it. @default false */
  readonly show?: boolean;
}

/** Lines of a failed program's output in its error. */
const SHOWN_LINES = 15;

/**
 * Runs a program to its end and returns its standard output.
 *
 * @throws {ProgramError} when it cannot be started, exits with another code than 0, or takes longer than `limitMs`
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  { env = process.env, cwd, signal, limitMs, show = false }: ProgramOptions = {},
): Promise<string> {
  signal?.throwIfAborted();
  const commandLine = [program, ...args].join(' ');
  const limit = limitMs === undefined ? undefined : AbortSignal.timeout(limitMs);
  const child = spawn(program, args, {
    env,
    ...(cwd !== undefined && { cwd }),
    signal: AbortSignal.any([signal, limit].filter((end) => end !== undefined)),
    stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
  });
  const [status, stdout, stderr] = await Promise.all([
    new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, by) => resolve(code ?? by));
    }),
    child.stdout ? text(child.stdout) : '',
    child.stderr ? text(child.stderr) : '',
  ]).catch((error: Error) => {
    signal?.throwIfAborted();
    const reason = limit?.aborted ? `took longer than ${limitMs} ms` : `cannot be started: ${error.message}`;
    throw new ProgramError(`${program} ${reason} (${commandLine})`, undefined, error);
  });
  signal?.throwIfAborted();
  if (status === 0) return stdout;
  const output = (stderr.trim() || stdout.trim()).split('\n').slice(-SHOWN_LINES).join('\n  ');
  throw new ProgramError(`${commandLine} ended with ${status}${output ? `:\n  ${output}` : ''}`);
}

const POLL_LIMIT_MS = 30_000;

/** Polls until the result is truthy, for at most 30 seconds. Returns `undefined` when the time is over. */
export async function poll<T>(
  check: () => Promise<T | false | undefined>,
  signal: AbortSignal,
): Promise<T | undefined> {
  const end = Date.now() + POLL_LIMIT_MS;
  while (Date.now() < end) {
    const value = await check();
    if (value) return value;
    await delay(100, undefined, { signal });
  }
  return undefined;
}

/** Sends a GET request on a new connection to a port of this machine. Returns `undefined` without a response in 5 s. */
export async function fetchLocal(
  port: number,
  path: string,
): Promise<{ readonly status: number | undefined; readonly body: string } | undefined> {
  try {
    const signal = AbortSignal.timeout(5_000);
    const request = get({ host: '127.0.0.1', port, path, agent: false, signal });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return { status: response.statusCode, body: await text(response) };
  } catch {
    return undefined;
  }
}

/** Actions that undo what was done, last first. */
export class Cleanup {
  readonly #actions: (() => Promise<unknown>)[] = [];

  defer(action: () => Promise<unknown>): void {
    this.#actions.push(action);
  }

  /** Runs all actions, also when one fails, and returns the failures. */
  async run(): Promise<unknown[]> {
    const failures: unknown[] = [];
    for (const action of this.#actions.splice(0).reverse())
      await action().catch((failure: unknown) => failures.push(failure));
    return failures;
  }
}
