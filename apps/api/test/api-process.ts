import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { LogLine } from './serve-app';

const DIST = join(import.meta.dirname, '..', 'dist');

/** Runs Node in the folder of the build output. `env` is its complete environment. */
export function run(args: readonly string[], env: Record<string, string>) {
  const child = spawn(process.execPath, args, { cwd: DIST, env, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = Promise.all([once(child, 'close'), text(child.stderr)]).then(([[code], stderr]) => ({
    code,
    stderr,
  }));
  return { child, ended };
}

/**
 * Starts the API on a free port of the loopback address and waits until it listens. It verifies tokens only if `env` has a
 * `TOKEN_ISSUER`.
 */
export async function startApi(env: Record<string, string> = {}) {
  const unverified = env['TOKEN_ISSUER'] === undefined ? { TOKEN_VERIFICATION: 'off' } : {};
  const { child, ended } = run(['main.js'], { PORT: '0', HOST: '127.0.0.1', ...unverified, ...env });
  const log: LogLine[] = [];
  let isOver = false;
  let wake = (): void => undefined;
  // The log must be read continuously: the API writes it synchronously, so a full pipe would block it.
  createInterface(child.stdout)
    .on('line', (line) => {
      log.push(JSON.parse(line));
      wake();
    })
    .once('close', () => {
      isOver = true;
      wake();
    });
  let read = 0;
  /** Returns the next log line with this message. */
  async function logged(message: string): Promise<LogLine> {
    for (;;) {
      for (let line = log[read]; line !== undefined; line = log[read]) {
        read += 1;
        if (line['msg'] === message) return line;
      }
      if (isOver) throw new Error(`The API ended without logging "${message}": ${(await ended).stderr}`);
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  const port = Number((await logged('listening'))['port']);
  return { child, ended, log, logged, port, url: `http://127.0.0.1:${port}` };
}
