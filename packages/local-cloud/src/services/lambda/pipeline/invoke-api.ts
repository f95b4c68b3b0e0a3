import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Logger } from 'pino';
import { nextTrace } from '../../../http/backend';
import { HeaderList } from '../../../http/header-list';
import { listen, type Listener } from '../../../http/listener';
import { queryParameters, type Request, type Response } from '../../../http/message';
import { readAtMost } from '../../../http/read-at-most';
import { type Answer, answerWith } from '../../../http/request-listener';
import type { LambdaEvents } from '../../../trace/lambda-events';
import type { Trace } from '../../../trace/trace';
import type { LambdaFunction } from '../model/function';
import { arnOf } from '../model/permission';
import type { ResponseStream } from '../run/runtime-api';
import { eventMessage } from './event-stream';
import { type CallFunction, type FunctionCall, type FunctionOutcome, MAX_PAYLOAD_BYTES } from './invoke';

/** Limit of an asynchronous request, in bytes. */
const MAX_EVENT_BYTES = 1_048_576;
/** Part of the log that `X-Amz-Log-Result` contains, in bytes. */
const TAIL_BYTES = 4_096;

const INVOKE = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;
const INVOKE_STREAMING = /^\/2021-11-15\/functions\/([^/]+)\/response-streaming-invocations$/;

/** The functions of a generation. */
interface Functions {
  readonly definitions: readonly LambdaFunction[];
  readonly calls: ReadonlyMap<string, CallFunction>;
}

/** Lambda's Invoke API, by which functions and containers call functions (rows LA-IV-01 to LA-IV-07). */
export class InvokeApi {
  readonly #log: Logger;
  #listener: Promise<Listener> | undefined;
  #functions: Functions | undefined;
  /** Called when a request is answered. */
  onAnswered: (request: Request, answer: Answer) => void = () => undefined;

  constructor(log: Logger) {
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
    listener.serve(
      answerWith(
        (request) => this.#respond(request, hosts),
        this.#log,
        (request, answer) => this.onAnswered(request, answer),
      ),
    );
    return listener;
  }

  async #respond(request: Request, hosts: readonly string[]): Promise<Response> {
    const host = request.headers.get('host') ?? '';
    // Keeps out web pages: DNS rebinding sends another host, and other origins cannot send the header.
    if (!hosts.includes(host))
      return failure(request, 403, 'AccessDeniedException', `${host} is not a host of Lambda`);
    if (!request.headers.get('authorization')?.startsWith('AWS4-'))
      return failure(request, 403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
    const streaming = INVOKE_STREAMING.exec(request.path);
    const [, name] = streaming ?? INVOKE.exec(request.path) ?? [];
    if (request.method !== 'POST' || name === undefined)
      return failure(
        request,
        404,
        'UnknownOperationException',
        `The local cloud does not support the operation ${request.method} ${request.path}: it supports Invoke and InvokeWithResponseStream.`,
      );
    // Events are JSON, whatever type the client sends, and the console shows bodies with a type of text.
    request.headers.set('Content-Type', 'application/json');
    const [qualifier] = queryParameters(request.query).get('Qualifier') ?? [];
    const wanted = [decodeURIComponent(name), ...(qualifier === undefined ? [] : [qualifier])].join(':');
    const { definitions = [], calls } = this.#functions ?? {};
    const functionArn = arnOf(wanted, definitions);
    const call = calls?.get(functionArn ?? '');
    if (!call)
      return failure(
        request,
        404,
        'ResourceNotFoundException',
        `Function not found: ${wanted}. The local cloud runs functions that requests reach, and those whose name or ` +
          'ARN is the value of an environment variable of a function or container.',
      );
    const type = request.headers.get('x-amz-invocation-type') ?? 'RequestResponse';
    request.trace.add('lambda', 'api.called', {
      function:
        definitions.find(({ arn }) => functionArn === arn || functionArn?.startsWith(`${arn}:`))?.logicalId ??
        wanted,
      operation: streaming ? 'InvokeWithResponseStream' : 'Invoke',
      type,
    });
    return streaming ? invokeStreaming(call, request, type) : invoke(call, request, type);
  }
}

async function invoke(call: CallFunction, request: Request, type: string): Promise<Response> {
  const isAsynchronous = type === 'Event';
  const payload = await readPayload(request, type, ['Event', 'RequestResponse', 'DryRun']);
  if (typeof payload !== 'string') return payload;
  if (type === 'DryRun') return answer(204, [], '');
  const outcome = await call({
    ...callOf(request, payload),
    isAsynchronous,
    // An asynchronous call goes on when the client is gone.
    ...(isAsynchronous && { signal: new AbortController().signal }),
  });
  if (outcome.kind === 'rejected') return rejection(request, outcome.reason);
  if (isAsynchronous) return answer(202, [], '');
  return answer(
    200,
    [
      ['X-Amz-Executed-Version', '$LATEST'],
      ...(outcome.kind === 'function-error' ? ([['X-Amz-Function-Error', 'Unhandled']] as const) : []),
      ...(wantsTail(request) ? ([['X-Amz-Log-Result', tailOf(request.trace)]] as const) : []),
    ],
    outcome.payload,
  );
}

/** Answers while the function writes, with messages of an event stream (row LA-IV-07). */
async function invokeStreaming(call: CallFunction, request: Request, type: string): Promise<Response> {
  const payload = await readPayload(request, type, ['RequestResponse', 'DryRun']);
  if (typeof payload !== 'string') return payload;
  if (type === 'DryRun') return answer(204, [], '');
  let outcome: Promise<FunctionOutcome> | undefined;
  const started = await new Promise<ResponseStream | FunctionOutcome>((resolve, reject) => {
    outcome = call({ ...callOf(request, payload), onStream: resolve });
    outcome.then(resolve, reject);
  });
  if ('kind' in started && started.kind === 'rejected') return rejection(request, started.reason);
  return {
    status: 200,
    headers: new HeaderList([
      ['Content-Type', 'application/vnd.amazon.eventstream'],
      ['x-amzn-RequestId', randomUUID()],
      ['X-Amz-Executed-Version', '$LATEST'],
    ]),
    body: Readable.from(eventsOf(started, outcome ?? Promise.reject(new TypeError('not called')), request)),
  };
}

async function* eventsOf(
  started: ResponseStream | FunctionOutcome,
  outcome: Promise<FunctionOutcome>,
  request: Request,
): AsyncGenerator<Buffer> {
  if ('body' in started) {
    try {
      for await (const chunk of started.body) yield eventMessage('PayloadChunk', chunk as Buffer);
    } catch {
      // The function failed while it was writing: its outcome says so.
    }
  }
  const completed = await outcome;
  if ('kind' in started && completed.kind === 'result')
    yield eventMessage('PayloadChunk', Buffer.from(completed.payload));
  const isError = completed.kind === 'function-error';
  const complete = {
    ...(isError && { ErrorCode: 'Unhandled', ErrorDetails: completed.payload }),
    ...(wantsTail(request) && { LogResult: tailOf(request.trace) }),
  };
  yield eventMessage('InvokeComplete', complete);
}

/** Reads the event. @returns the response when it cannot be an event */
async function readPayload(
  request: Request,
  type: string,
  types: readonly string[],
): Promise<string | Response> {
  if (!types.includes(type))
    return failure(
      request,
      400,
      'ValidationException',
      `1 validation error detected: Value '${type}' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [${types.join(', ')}]`,
    );
  const isAsynchronous = type === 'Event';
  const maxBytes = isAsynchronous ? MAX_EVENT_BYTES : MAX_PAYLOAD_BYTES;
  const content = request.body ? await readAtMost(request.body, maxBytes) : Buffer.alloc(0);
  if (content === 'too large')
    return failure(
      request,
      413,
      'RequestTooLargeException',
      `Request must be smaller than ${maxBytes} bytes for the ${isAsynchronous ? 'InvokeEvent' : 'InvokeFunction'} operation`,
    );
  const payload = content.toString('utf8') || '{}';
  const parseError = jsonError(payload);
  if (parseError === undefined) return payload;
  const detail = `Could not parse request body into json: ${parseError}`;
  return failure(request, 400, 'InvalidRequestContentException', detail);
}

function callOf({ headers, trace, signal }: Request, payload: string): FunctionCall {
  const clientContext = headers.get('x-amz-client-context');
  return {
    payload,
    invoker: undefined,
    traceHeader: nextTrace(headers.get('x-amzn-trace-id'), Date.now()).header,
    ...(clientContext !== undefined && {
      clientContext: Buffer.from(clientContext, 'base64').toString('utf8'),
    }),
    trace,
    signal,
  };
}

function rejection(
  request: Request,
  reason: Extract<FunctionOutcome, { kind: 'rejected' }>['reason'],
): Response {
  if (reason === 'throttled')
    return failure(request, 429, 'TooManyRequestsException', 'Rate Exceeded.', {
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    });
  return failure(
    request,
    502,
    'ServiceException',
    'The local server that replaces the function cannot be reached.',
  );
}

const wantsTail = ({ headers }: Request): boolean => headers.get('x-amz-log-type') === 'Tail';

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

function failure(
  { trace }: Request,
  status: number,
  type: string,
  message: string,
  more: object = {},
): Response {
  trace.add('lambda', 'api.rejected', { error: type, message });
  const body = JSON.stringify({ Type: status < 500 ? 'User' : 'Service', Message: message, ...more });
  return answer(status, [['x-amzn-ErrorType', type]], body);
}

function answer(status: number, own: Iterable<readonly [string, string]>, text: string): Response {
  const body = Buffer.from(text);
  const headers = new HeaderList([
    ['Content-Type', 'application/json'],
    ['Content-Length', String(body.length)],
    ['x-amzn-RequestId', randomUUID()],
    ...own,
  ]);
  return { status, headers, body };
}
