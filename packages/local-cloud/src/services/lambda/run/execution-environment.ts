import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { killGroup } from '../../../run/clean-up';
import { forEachLine } from '../../ecs/run/container';
import { RuntimeApi, type RuntimeInvocation, type RuntimeReport } from './runtime-api';

const PACKAGE = createRequire(import.meta.url).resolve('@spa-on-aws/local-cloud/package.json');
const BOOTSTRAP = path.join(path.dirname(PACKAGE), 'lambda-runtime/bootstrap.mjs');

/** Limit of the init phase; then the runtime starts again, within the timeout of the function. */
export const INIT_TIMEOUT_MS = 10_000;
/** A process that does not ask for its next invocation within this time is stopped. */
const NEXT_TIMEOUT_MS = 1_000;
/** Limit of a response, in bytes. */
const MAX_PAYLOAD_BYTES = 6 * 1_048_576;

export interface EnvironmentOptions {
  /** Directory of the code. */
  readonly taskRoot: string;
  readonly memoryMb: number;
  /** All variables of the process, without those of the machine. */
  readonly variables: Readonly<Record<string, string>>;
  /** Directories that the process removes when the local cloud is gone. */
  readonly ownDirectories: readonly string[];
  readonly onLine: (line: string) => void;
}

/** Result of an invocation: what the handler returned as JSON, or the error of the function. */
export interface InvocationResult {
  readonly payload: string;
  /** True for an error of the handler, its process, or its time limit. */
  readonly isError: boolean;
}

type Settle = (result: InvocationResult) => void;

/** An execution environment: a process with the code of a function that handles one invocation at a time. */
export class ExecutionEnvironment {
  readonly #options: EnvironmentOptions;
  readonly #api = new RuntimeApi((report) => this.#onReport(report));
  #child: ChildProcess | undefined;
  #directory: string | undefined;
  #isReady = false;
  #isClosed = false;
  #initError: string | undefined;
  #settle: Settle | undefined;
  #onReady: (() => void) | undefined;
  #requestId = '';
  #onStream: RuntimeInvocation['onStream'];

  constructor(options: EnvironmentOptions) {
    this.#options = options;
  }

  /** Tells whether the process can handle another invocation. */
  get isUsable(): boolean {
    return !this.#isClosed && this.#initError === undefined;
  }

  async start(): Promise<void> {
    this.#directory = await mkdtemp(path.join(tmpdir(), 'local-cloud-'));
    const { taskRoot, memoryMb, variables, ownDirectories } = this.#options;
    const address = await this.#api.listen();
    if (this.#isClosed) return this.close();
    // In its own process group it does not receive Ctrl-C; the local cloud stops it.
    const args = [`--max-old-space-size=${memoryMb}`, BOOTSTRAP, this.#directory, ...ownDirectories];
    const child = spawn(process.execPath, args, {
      cwd: taskRoot,
      env: {
        PATH: process.env['PATH'] ?? '',
        // Hides credentials and configuration in the user's home directory.
        HOME: this.#directory,
        TMPDIR: this.#directory,
        ...variables,
        AWS_LAMBDA_RUNTIME_API: address,
      },
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    // The pipe breaks when the process ends first.
    child.stdin.on('error', () => undefined);
    for (const stream of [child.stdout, child.stderr])
      forEachLine(stream, (line) => this.#options.onLine(line.replaceAll('\r', '\n')));
    child.once('error', (error) => this.#onExit(`could not be started: ${error.message}`));
    // Not `exit`: the last lines of the log come first.
    child.once('close', (code, signal) => this.#onExit(signal ? `signal: ${signal}` : `exit status ${code}`));
  }

  /** Waits until the code is loaded, or its loading failed. @returns false at the time limit */
  async untilReady(timeoutMs: number): Promise<boolean> {
    if (this.#isReady || !this.isUsable) return true;
    let timer: NodeJS.Timeout | undefined;
    const ready = new Promise<true>((resolve) => (this.#onReady = () => resolve(true)));
    const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), timeoutMs)));
    return Promise.race([ready, late]).finally(() => clearTimeout(timer));
  }

  /** Runs the handler once, and waits until the process asks for more or ends. At the deadline the process is killed. */
  async invoke(invocation: RuntimeInvocation, timeoutMs: number): Promise<InvocationResult> {
    this.#requestId = invocation.requestId;
    this.#onStream = invocation.onStream;
    if (this.#initError !== undefined) return { payload: this.#initError, isError: true };
    if (this.#isClosed) return this.#exited('the process has ended');
    let timer: NodeJS.Timeout | undefined;
    const result = new Promise<InvocationResult>((resolve) => {
      this.#settle = resolve;
      timer = setTimeout(
        () => {
          resolve(timedOut(invocation.requestId, timeoutMs));
          void this.close();
        },
        Math.max(0, invocation.deadlineMs - Date.now()),
      );
      this.#isReady = false;
      this.#api.send(invocation);
    });
    const settled = await result.finally(() => {
      clearTimeout(timer);
      this.#settle = undefined;
    });
    if (!(await this.untilReady(NEXT_TIMEOUT_MS))) await this.close();
    return settled;
  }

  /** Kills the process and those it started; removes its temporary files. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#api.close();
    if (this.#child) killGroup(this.#child);
    this.#child = undefined;
    if (this.#directory !== undefined) await rm(this.#directory, { recursive: true, force: true });
  }

  #onReport(report: RuntimeReport): void {
    if (report.kind === 'ready') {
      this.#isReady = true;
      this.#onReady?.();
    } else if (report.kind === 'init-error') {
      this.#initError = report.payload;
      this.#onReady?.();
      this.#settle?.({ payload: report.payload, isError: true });
    } else if (report.requestId !== this.#requestId) {
      return;
    } else if (report.kind === 'stream') {
      // The process has ended: its exit settles the invocation.
      this.#receive(report.request).catch(() => undefined);
    } else {
      this.#settle?.(limited(report));
    }
  }

  /** Passes a streamed response on, and settles the invocation at its end. */
  async #receive(request: IncomingMessage): Promise<void> {
    const [settle, onStream] = [this.#settle, this.#onStream];
    const body = new PassThrough();
    // Without a reader, the function runs on, as on AWS.
    body.once('close', () => request.unpipe(body).resume());
    request.pipe(body, { end: false });
    onStream?.({ contentType: request.headers['content-type'] ?? '', body });
    const [payload] = await Promise.all([
      onStream ? '' : text(body),
      finished(request).then(
        () => {
          if (failureIn(request) === undefined) body.end();
          else if (onStream) body.destroy(new Error('the function failed'));
          else body.end();
        },
        (error: Error) => body.destroy(error),
      ),
    ]);
    const failure = failureIn(request);
    settle?.(
      failure === undefined
        ? limited({ kind: 'response', requestId: this.#requestId, payload })
        : { payload: failure, isError: true },
    );
  }

  #onExit(reason: string): void {
    this.#isClosed = true;
    this.#onReady?.();
    this.#settle?.(this.#exited(reason));
    void this.close();
  }

  #exited(reason: string): InvocationResult {
    const errorMessage = `RequestId: ${this.#requestId} Error: Runtime exited with error: ${reason}`;
    return { payload: JSON.stringify({ errorType: 'Runtime.ExitError', errorMessage }), isError: true };
  }
}

/** Returns the error in the trailers of a streamed response. */
function failureIn({ trailers }: IncomingMessage): string | undefined {
  const body = trailers['lambda-runtime-function-error-body'];
  return body === undefined ? undefined : Buffer.from(body, 'base64').toString('utf8');
}

/** Row LA-IN-02. */
function timedOut(requestId: string, timeoutMs: number): InvocationResult {
  const seconds = (timeoutMs / 1_000).toFixed(2);
  const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`;
  return { payload: JSON.stringify({ errorType: 'Sandbox.Timedout', errorMessage }), isError: true };
}

function limited({
  kind,
  payload,
}: Extract<RuntimeReport, { requestId: string; payload: string }>): InvocationResult {
  const bytes = Buffer.byteLength(payload);
  if (kind === 'error' || bytes <= MAX_PAYLOAD_BYTES) return { payload, isError: kind === 'error' };
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${MAX_PAYLOAD_BYTES} bytes).`;
  return {
    payload: JSON.stringify({ errorType: 'Function.ResponseSizeTooLarge', errorMessage }),
    isError: true,
  };
}
