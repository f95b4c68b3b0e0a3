import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import { HeaderList } from '../../../http/header-list';
import { readAtMost } from '../../../http/read-at-most';
import type { Upstream } from '../../../http/upstream';
import type { Trace } from '../../../trace/trace';
import type { LambdaFunction } from '../model/function';
import { DEFAULT_EVENT_INVOKE_CONFIG, type EventInvokeConfig } from '../model/event-invoke-config';
import { unqualifiedName } from '../model/names';
import { allows, type Invoker, type Permission } from '../model/permission';
import type { CompletedInvocation, FunctionInstances, Invocation } from '../run/function-instances';
import { callAsynchronously } from './asynchronous';

/** A synchronous call of a function. */
export interface FunctionCall {
  /** The event as JSON. */
  readonly payload: string;
  /** Lambda starts the function and does not wait for it. @default false */
  readonly isAsynchronous?: boolean;
  /** `undefined`: a role calls, and IAM is not enforced. */
  readonly invoker: Invoker | undefined;
  /** Value of `X-Amzn-Trace-Id`. */
  readonly traceHeader: string;
  /** JSON about a client that calls the Invoke API. */
  readonly clientContext?: string | undefined;
  /** Receives a response that the function streams; its payload is empty then. Without it, the response is buffered. */
  readonly onStream?: Invocation['onStream'];
  readonly trace: Trace;
  readonly signal: AbortSignal;
}

export type FunctionOutcome =
  | { readonly kind: 'result' | 'function-error'; readonly payload: string }
  /** Lambda rejects the call: the function does not run. */
  | { readonly kind: 'rejected'; readonly reason: 'denied' | 'throttled' | 'too-large' | 'unreachable' };

/** Calls a function, version or alias. */
export type CallFunction = (call: FunctionCall) => Promise<FunctionOutcome>;

/** Limit of a synchronous request, in bytes. */
export const MAX_PAYLOAD_BYTES = 6 * 1_048_576;
/** Lines of one invocation that become events; all are in the log. */
const MAX_LOGGED_LINES = 100;

export interface InvokeOptions {
  readonly definition: Pick<
    LambdaFunction,
    'logicalId' | 'name' | 'reservedConcurrency' | 'deadLetterTarget'
  >;
  /** The function, or one of its versions or aliases. */
  readonly functionArn: string;
  /** `undefined`: they are not in the templates, so that they are not checked. */
  readonly permissions: readonly Permission[] | undefined;
  /** `undefined`: the defaults of Lambda. */
  readonly eventInvokeConfig?: EventInvokeConfig | undefined;
  /** All functions by ARN, for destinations. */
  readonly functions: ReadonlyMap<string, CallFunction>;
  readonly runtime: FunctionInstances | { readonly standIn: URL; readonly upstream: Upstream };
  readonly log: Pick<Logger, 'info'>;
}

/** Functions by ARN, with and without qualifier. */
export class Functions extends Map<string, CallFunction> {
  /** Local servers for functions outside of the templates, by name of the function. */
  readonly outside = new Map<string, CallFunction>();

  override get(arn: string): CallFunction | undefined {
    return super.get(arn) ?? this.outside.get(unqualifiedName(arn));
  }
}

/** Returns the function that checks permissions, runs a function, and records what happens as events. */
export function functionCaller({
  definition,
  functionArn,
  permissions,
  eventInvokeConfig: config = { ...DEFAULT_EVENT_INVOKE_CONFIG, functionArn },
  functions,
  runtime,
  log,
}: InvokeOptions): CallFunction {
  const { logicalId, name } = definition;
  const isClosed = (): boolean => !('standIn' in runtime) && runtime.isClosed;
  const run = async (call: FunctionCall, requestId: string = randomUUID()): Promise<FunctionOutcome> => {
    const { payload, traceHeader, clientContext, onStream, trace, signal } = call;
    if ('standIn' in runtime)
      return callStandIn(runtime.standIn, runtime.upstream, { definition, payload, trace, signal });
    let lines = 0;
    const onLine = (line: string): void => {
      log.info(`function ${name}: ${line}`);
      if (lines++ < MAX_LOGGED_LINES) trace.add('lambda', 'function.logged', { function: logicalId, line });
    };
    const invocation: Invocation = {
      functionArn,
      requestId,
      traceHeader,
      clientContext,
      payload,
      onLine,
      onStream,
    };
    const completed = await runtime.invoke(invocation);
    if (completed === 'throttled') {
      const concurrency = definition.reservedConcurrency ?? 0;
      trace.add('lambda', 'invocation.throttled', { function: logicalId, concurrency });
      return { kind: 'rejected', reason: 'throttled' };
    }
    report(logicalId, requestId, completed, trace);
    return { kind: completed.isError ? 'function-error' : 'result', payload: completed.payload };
  };
  return async (call) => {
    const { payload, invoker, trace } = call;
    if (invoker && permissions && !allows(permissions, functionArn, 'lambda:InvokeFunction', invoker)) {
      const { principal, sourceArn } = invoker;
      trace.add('lambda', 'invocation.denied', { function: logicalId, principal, sourceArn });
      return { kind: 'rejected', reason: 'denied' };
    }
    const bytes = Buffer.byteLength(payload);
    if (bytes > MAX_PAYLOAD_BYTES) {
      trace.add('lambda', 'invocation.too-large', {
        function: logicalId,
        bytes,
        maxBytes: MAX_PAYLOAD_BYTES,
      });
      return { kind: 'rejected', reason: 'too-large' };
    }
    if (!call.isAsynchronous) return run(call);
    // The caller does not get the outcome: the trace and the log have it.
    const requestId = randomUUID();
    callAsynchronously(call, () => run(call, requestId), {
      config,
      definition,
      functionArn,
      requestId,
      functions,
      isClosed,
      log,
    }).catch((error: unknown) => log.info(`function ${name}: ${String(error)}`));
    return { kind: 'result', payload: '' };
  };
}

function report(
  logicalId: string,
  requestId: string,
  { payload, isError, initMs, durationMs }: CompletedInvocation,
  trace: Trace,
): void {
  if (isError) {
    const { errorType, errorMessage } = parseError(payload);
    trace.add('lambda', 'function.failed', { function: logicalId, requestId, errorType, errorMessage });
  }
  const init = initMs === undefined ? {} : { initMs: Math.round(initMs) };
  const durations = { durationMs: Math.round(durationMs), ...init };
  trace.add('lambda', 'function.ran', { function: logicalId, requestId, ...durations });
}

export function parseError(payload: string): { errorType: string; errorMessage: string } {
  const { errorType, errorMessage } = JSON.parse(payload) as Readonly<Record<string, unknown>>;
  return { errorType: String(errorType ?? ''), errorMessage: String(errorMessage ?? '') };
}

/** Sends an event as the Runtime Interface Emulator of Lambda's base images accepts it. */
async function callStandIn(
  url: URL,
  upstream: Upstream,
  {
    definition: { logicalId },
    payload,
    trace,
    signal,
  }: Pick<FunctionCall, 'payload' | 'trace' | 'signal'> & Pick<InvokeOptions, 'definition'>,
): Promise<FunctionOutcome> {
  trace.add('lambda', 'stand-in.called', { function: logicalId, url: url.origin });
  const body = Buffer.from(payload);
  const headers = new HeaderList([
    ['Host', url.host],
    ['Content-Type', 'application/json'],
    ['Content-Length', String(body.length)],
  ]);
  const target = `${url.pathname.replace(/\/$/, '')}/2015-03-31/functions/function/invocations`;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const request = { method: 'POST', target, headers, body, signal };
  try {
    const response = await upstream.send(host, Number(url.port || 80), request);
    const content = await readAtMost(response.body as Readable, MAX_PAYLOAD_BYTES);
    if (response.status !== 200 || content === 'too large') {
      const detail = content === 'too large' ? 'the response is too large' : `status ${response.status}`;
      trace.add('lambda', 'stand-in.failed', { function: logicalId, url: url.origin, detail });
      return { kind: 'rejected', reason: 'unreachable' };
    }
    const text = content.toString('utf8');
    const isError = response.headers.has('x-amz-function-error') || isFunctionError(text);
    return { kind: isError ? 'function-error' : 'result', payload: text };
  } catch (error) {
    if (signal.aborted) throw error;
    const detail = (error as Error).message;
    trace.add('lambda', 'stand-in.failed', { function: logicalId, url: url.origin, detail });
    return { kind: 'rejected', reason: 'unreachable' };
  }
}

/** The emulator reports errors in the body only. */
function isFunctionError(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'errorType' in value && 'errorMessage' in value;
  } catch {
    return false;
  }
}
