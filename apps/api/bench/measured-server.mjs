import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const LIMIT_MS = 20_000;

let started = 0;

/** A server that is measured: a process of its own, whose output goes to a file as fast as it likes. */
export class Subject {
  #child;
  #output;

  /** @readonly */
  port;

  /**
   * How long it took from the start of the process to its first answer.
   *
   * @readonly
   */
  coldStartMs;

  /**
   * @param {import('node:child_process').ChildProcess} child
   * @param {string} output
   * @param {number} port
   * @param {number} coldStartMs
   */
  constructor(child, output, port, coldStartMs) {
    this.#child = child;
    this.#output = output;
    this.port = port;
    this.coldStartMs = coldStartMs;
  }

  /**
   * Starts a server and waits for its first answer.
   *
   * @param {string} file
   * @param {NodeJS.ProcessEnv} env
   * @param {Readonly<Record<string, string>>} headers of the first request
   */
  static async start(file, env, headers) {
    const output = join(tmpdir(), `api-bench-${process.pid}-${(started += 1)}.log`);
    const descriptor = openSync(output, 'w');
    const port = await freePort();
    const startedAt = performance.now();
    const child = spawn(process.execPath, [file], {
      env: { ...env, PORT: String(port), HOST: '127.0.0.1', NODE_ENV: 'production' },
      stdio: ['ignore', descriptor, 'inherit'],
    });
    closeSync(descriptor);
    for (; performance.now() - startedAt < LIMIT_MS; await delay(1)) {
      if (child.exitCode !== null) throw new Error(`${file} ended with exit code ${child.exitCode}`);
      const answer = await fetch(`http://127.0.0.1:${port}/api/greeting`, { headers }).catch(() => undefined);
      if (answer === undefined) continue;
      await answer.arrayBuffer();
      if (answer.status !== 200) throw new Error(`${file} answers ${answer.status}`);
      return new Subject(child, output, port, performance.now() - startedAt);
    }
    child.kill('SIGKILL');
    throw new Error(`${file} did not answer within ${LIMIT_MS} ms`);
  }

  /** Resident memory, in MB; Linux tells it. */
  get memoryMB() {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_024;
  }

  /** Time that processors have spent on it, in µs; Linux tells it, to 10 ms. */
  get cpuMicroseconds() {
    const fields = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  }

  async stop() {
    if (this.#child.exitCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await ended;
    }
    rmSync(this.#output, { force: true });
  }
}

/** A port that nobody has at the moment: a log that is silent does not tell which one was taken. */
async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address());
  probe.close();
  await once(probe, 'close');
  return port;
}
