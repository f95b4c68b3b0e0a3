import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';

/** An invocation that a runtime receives from `/runtime/invocation/next`. */
export interface RuntimeInvocation {
  readonly requestId: string;
  readonly functionArn: string;
  readonly traceHeader: string;
  readonly clientContext?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly deadlineMs: number;
  readonly payload: string;
  /** Receives a response that the function streams; without it, its bytes are the result. */
  readonly onStream?: ((stream: ResponseStream) => void) | undefined;
}

/** A response that a function streams. The stream breaks off when the function fails. */
export interface ResponseStream {
  readonly contentType: string;
  readonly body: Readable;
}

/** The report of a runtime; `ready`: it waits for an invocation. */
export type RuntimeReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'init-error'; readonly payload: string }
  | { readonly kind: 'stream'; readonly requestId: string; readonly request: IncomingMessage }
  | { readonly kind: 'response' | 'error'; readonly requestId: string; readonly payload: string };

/** The HTTP API by which Lambda's runtimes get invocations and send results: version 2018-06-01. One for each runtime. */
export class RuntimeApi {
  readonly #server = createServer({ requestTimeout: 0 }, (request, response) => {
    this.#handle(request, response).catch(() => response.destroy());
  });
  readonly #onReport: (report: RuntimeReport) => void;
  #waiting: ServerResponse | undefined;
  #queued: RuntimeInvocation | undefined;

  constructor(onReport: (report: RuntimeReport) => void) {
    this.#onReport = onReport;
  }

  /** Listens on a free port. @returns host and port: the value of `AWS_LAMBDA_RUNTIME_API` */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Gives the runtime its next invocation, once it asks. */
  send(invocation: RuntimeInvocation): void {
    this.#queued = invocation;
    this.#deliver();
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = /^\/2018-06-01\/runtime\/(.*)$/.exec(request.url ?? '')?.[1] ?? '';
    const [, requestId = '', outcome] = /^invocation\/([^/]+)\/(response|error)$/.exec(target) ?? [];
    if (request.method === 'GET' && target === 'invocation/next') {
      this.#waiting = response;
      if (this.#queued) this.#deliver();
      else this.#onReport({ kind: 'ready' });
    } else if (request.method === 'POST' && target === 'init/error') {
      this.#onReport({ kind: 'init-error', payload: await text(request) });
      accept(response);
    } else if (request.method === 'POST' && outcome === 'response' && isStreamed(request)) {
      this.#onReport({ kind: 'stream', requestId, request });
      await finished(request);
      accept(response);
    } else if (request.method === 'POST' && (outcome === 'response' || outcome === 'error')) {
      this.#onReport({ kind: outcome, requestId, payload: await text(request) });
      accept(response);
    } else {
      response.writeHead(404, { 'Content-Type': 'application/json' });
      response.end(
        JSON.stringify({ errorType: 'InvalidPath', errorMessage: `${request.method} ${request.url}` }),
      );
    }
  }

  #deliver(): void {
    const [response, invocation] = [this.#waiting, this.#queued];
    if (!response || !invocation) return;
    this.#waiting = undefined;
    this.#queued = undefined;
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': invocation.requestId,
      'Lambda-Runtime-Deadline-Ms': String(invocation.deadlineMs),
      'Lambda-Runtime-Invoked-Function-Arn': invocation.functionArn,
      'Lambda-Runtime-Trace-Id': invocation.traceHeader,
      ...(invocation.clientContext !== undefined && {
        'Lambda-Runtime-Client-Context': invocation.clientContext,
      }),
    });
    response.end(invocation.payload);
  }
}

const isStreamed = ({ headers }: IncomingMessage): boolean =>
  headers['lambda-runtime-function-response-mode'] === 'streaming';

function accept(response: ServerResponse): void {
  response.writeHead(202, { 'Content-Type': 'application/json' });
  response.end('{"status":"OK"}\n');
}
