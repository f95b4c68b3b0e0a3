import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { nextTrace } from '../../../http/backend';
import { listen, type Listener } from '../../../http/listener';
import { readAtMost } from '../../../http/read-at-most';
import type { LambdaEvents } from '../../../trace/lambda-events';
import { Trace } from '../../../trace/trace';
import type { LambdaFunction } from '../model/function';
import { arnOf } from '../model/permission';
import { type CallFunction, type FunctionOutcome, MAX_PAYLOAD_BYTES } from './invoke';

/** Limit of an asynchronous request, in bytes. */
const MAX_EVENT_BYTES = 1_048_576;
/** Part of the log that `X-Amz-Log-Result` contains, in bytes. */
const TAIL_BYTES = 4_096;

const PATH = /^\/2015-03-31\/functions\/([^/?]+)\/invocations(?:\?Qualifier=([^&]+))?$/;

/** The functions of a generation. */
interface Functions {
  readonly definitions: readonly LambdaFunction[];
  readonly calls: ReadonlyMap<string, CallFunction>;
}

/** Lambda's Invoke API, by which functions and containers call functions (rows LA-IV-01 to LA-IV-05). */
export class InvokeApi {
  readonly #log: Pick<Logger, 'error'>;
  #listener: Promise<Listener> | undefined;
  #functions: Functions | undefined;

  constructor(log: Pick<Logger, 'error'>) {
    this.#log = log;
  }

  /** Listens on a free port. @returns environment variables that make every AWS SDK use it */
  async environment(): Promise<Readonly<Record<string, string>>> {
    const { port } = await (this.#listener ??= this.#listen());
    return { AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${port}` };
  }

  get isServing(): boolean {
    return this.#functions !== undefined;
  }

  /** Calls these functions from now on. */
  serve(functions: Functions): void {
    this.#functions = functions;
  }

  async close(): Promise<void> {
    await (await this.#listener)?.close();
  }

  async #listen(): Promise<Listener> {
    const listener = await listen(0, 'Lambda');
    const hosts = [`127.0.0.1:${listener.port}`, `localhost:${listener.port}`];
    listener.serve((request, response) => {
      const abort = new AbortController();
      response.once('close', () => abort.abort());
      this.#respond(request, hosts, abort.signal).then(
        (answer) => send(response, answer),
        (error: unknown) => {
          // The client has disconnected.
          if (request.errored) return;
          this.#log.error({ err: error }, 'a request to Lambda failed inside the local cloud');
          send(response, failure(500, 'ServiceException', 'An error occurred.'));
        },
      );
    });
    return listener;
  }

  async #respond(request: IncomingMessage, hosts: readonly string[], signal: AbortSignal): Promise<Answer> {
    const { authorization, host = '' } = request.headers;
    // Keeps out web pages: DNS rebinding sends another host, and other origins cannot send the header.
    if (!hosts.includes(host))
      return failure(403, 'AccessDeniedException', `${host} is not a host of Lambda`);
    if (!authorization?.startsWith('AWS4-'))
      return failure(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
    const [, name, qualifier] = PATH.exec(request.url ?? '') ?? [];
    if (request.method !== 'POST' || name === undefined)
      return failure(
        404,
        'UnknownOperationException',
        `The local cloud does not support the operation ${request.method} ${request.url}: it supports Invoke.`,
      );
    const wanted = [name, qualifier].flatMap((part) => part ?? []).map(decodeURIComponent);
    const functionArn = arnOf(wanted.join(':'), this.#functions?.definitions ?? []);
    const call = this.#functions?.calls.get(functionArn ?? '');
    if (!call)
      return failure(
        404,
        'ResourceNotFoundException',
        `Function not found: ${wanted.join(':')}. The local cloud runs functions that requests reach, and those whose name or ` +
          'ARN is the value of an environment variable of a function or container.',
      );
    return invoke(call, request, signal);
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

async function invoke(call: CallFunction, request: IncomingMessage, signal: AbortSignal): Promise<Answer> {
  const type = headerOf(request, 'x-amz-invocation-type') ?? 'RequestResponse';
  if (!['RequestResponse', 'Event', 'DryRun'].includes(type))
    return failure(
      400,
      'ValidationException',
      `1 validation error detected: Value '${type}' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]`,
    );
  const isAsynchronous = type === 'Event';
  const maxBytes = isAsynchronous ? MAX_EVENT_BYTES : MAX_PAYLOAD_BYTES;
  const content = await readAtMost(request, maxBytes);
  if (content === 'too large')
    return failure(
      413,
      'RequestTooLargeException',
      `Request must be smaller than ${maxBytes} bytes for the ${isAsynchronous ? 'InvokeEvent' : 'InvokeFunction'} operation`,
    );
  const payload = content.toString('utf8') || '{}';
  const parseError = jsonError(payload);
  if (parseError !== undefined)
    return failure(
      400,
      'InvalidRequestContentException',
      `Could not parse request body into json: ${parseError}`,
    );
  if (type === 'DryRun') return { status: 204, headers: {}, body: '' };
  const clientContext = headerOf(request, 'x-amz-client-context');
  const trace = new Trace();
  const outcome = await call({
    payload,
    isAsynchronous,
    invoker: undefined,
    traceHeader: nextTrace(headerOf(request, 'x-amzn-trace-id'), Date.now()).header,
    ...(clientContext !== undefined && {
      clientContext: Buffer.from(clientContext, 'base64').toString('utf8'),
    }),
    trace,
    // An asynchronous call goes on when the client is gone.
    signal: isAsynchronous ? new AbortController().signal : signal,
  });
  if (outcome.kind === 'rejected') return rejection(outcome.reason);
  if (isAsynchronous) return { status: 202, headers: {}, body: '' };
  const headers: Record<string, string> = { 'X-Amz-Executed-Version': '$LATEST' };
  if (outcome.kind === 'function-error') headers['X-Amz-Function-Error'] = 'Unhandled';
  if (headerOf(request, 'x-amz-log-type') === 'Tail') headers['X-Amz-Log-Result'] = tailOf(trace);
  return { status: 200, headers, body: outcome.payload };
}

function rejection(reason: Extract<FunctionOutcome, { kind: 'rejected' }>['reason']): Answer {
  if (reason === 'throttled')
    return failure(429, 'TooManyRequestsException', 'Rate Exceeded.', {
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    });
  return failure(502, 'ServiceException', 'The local server that replaces the function cannot be reached.');
}

/** Returns the last lines of the invocation's log in Base64. */
function tailOf({ hops }: Trace): string {
  const lines = hops.flatMap((hop) => (hop.event === 'function.logged' ? hop.data.line : []));
  const ran = hops.find((hop) => hop.service === 'lambda' && hop.event === 'function.ran');
  const { requestId, durationMs } = (ran?.data ?? {}) as Partial<LambdaEvents['function.ran']>;
  const text = [
    `START RequestId: ${requestId} Version: $LATEST`,
    ...lines,
    `END RequestId: ${requestId}`,
    `REPORT RequestId: ${requestId}\tDuration: ${durationMs} ms`,
    '',
  ].join('\n');
  return Buffer.from(text).subarray(-TAIL_BYTES).toString('base64');
}

function jsonError(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const headerOf = ({ headers }: IncomingMessage, name: string): string | undefined =>
  headers[name]?.toString();

function failure(status: number, type: string, message: string, more: object = {}): Answer {
  const body = JSON.stringify({ Type: status < 500 ? 'User' : 'Service', Message: message, ...more });
  return { status, headers: { 'x-amzn-ErrorType': type }, body };
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'x-amzn-RequestId': randomUUID(),
    ...headers,
  });
  response.end(body);
}
