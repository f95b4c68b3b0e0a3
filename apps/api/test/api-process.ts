import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { LogLine } from './serve-app';

const DIST = join(import.meta.dirname, '..', 'dist');

/** Runs a file of the build output with nothing in its environment but `env`. */
export function run(file: 'main.js' | 'healthcheck.js', env: Record<string, string>) {
  const child = spawn(process.execPath, [join(DIST, file)], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = Promise.all([once(child, 'close'), text(child.stderr)]).then(([[code], stderr]) => ({
    code,
    stderr,
  }));
  return { child, ended };
}

/** Starts the API on a free port of the loopback address and waits until it listens; it lets everybody in unless told otherwise. */
export async function startApi(env: Record<string, string> = {}) {
  const unverified = env['TOKEN_ISSUER'] === undefined ? { TOKEN_VERIFICATION: 'off' } : {};
  const { child, ended } = run('main.js', { PORT: '0', HOST: '127.0.0.1', ...unverified, ...env });
  const log: LogLine[] = [];
  let over = false;
  let wake = (): void => undefined;
  // Read as it comes: the API writes its log synchronously, and would stand still at a full pipe.
  createInterface(child.stdout)
    .on('line', (line) => {
      log.push(JSON.parse(line));
      wake();
    })
    .once('close', () => {
      over = true;
      wake();
    });
  let read = 0;
  /** The next line of the log with this message. */
  async function logged(message: string): Promise<LogLine> {
    for (;;) {
      for (let line = log[read]; line !== undefined; line = log[read]) {
        read += 1;
        if (line['msg'] === message) return line;
      }
      if (over) throw new Error(`The API ended without logging "${message}": ${(await ended).stderr}`);
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  const port = Number((await logged('listening'))['port']);
  return { child, ended, log, logged, port, url: `http://127.0.0.1:${port}` };
}
