import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const TIMEOUT_MS = 20_000;

let started = 0;

/** A server in a process of its own. Its output goes to a file, so that reading it does not slow down the server. */
export class MeasuredServer {
  #child;
  #output;

  /** @readonly */
  port;

  /**
   * Time from the start of the process to its first response.
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
   * Starts a server and waits for its first response.
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
    for (; performance.now() - startedAt < TIMEOUT_MS; await delay(1)) {
      if (child.exitCode !== null) throw new Error(`${file} exited with code ${child.exitCode}`);
      const response = await fetch(`http://127.0.0.1:${port}/api/greeting`, { headers }).catch(
        () => undefined,
      );
      if (response === undefined) continue;
      await response.arrayBuffer();
      if (response.status !== 200) throw new Error(`${file} returned ${response.status}`);
      return new MeasuredServer(child, output, port, performance.now() - startedAt);
    }
    child.kill('SIGKILL');
    throw new Error(`${file} did not respond within ${TIMEOUT_MS} ms`);
  }

  /** Resident memory in MB, from Linux's /proc. */
  get memoryMB() {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_024;
  }

  /** CPU time in µs, from Linux's /proc, with a resolution of 10 ms. */
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

/** Returns a free port. With `PORT=0` the port would be unknown, because the log goes to a file. */
async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address());
  probe.close();
  await once(probe, 'close');
  return port;
}
