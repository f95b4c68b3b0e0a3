import type { Logger } from 'pino';
import type { LambdaEvents } from '../../../trace/lambda-events';
import type { EventInvokeConfig } from '../model/event-invoke-config';
import type { LambdaFunction } from '../model/function';
import type { CallFunction, FunctionCall, FunctionOutcome } from './invoke';

/** Lambda waits this long before it calls a function that failed again (row LA-IV-03). */
const RETRY_AFTER_MS = [60_000, 120_000] as const;
/** Waits after throttling double up to this time. */
const MAX_BACKOFF_MS = 300_000;

export interface AsynchronousOptions {
  readonly config: Omit<EventInvokeConfig, 'functionArn'>;
  readonly definition: Pick<LambdaFunction, 'logicalId' | 'name' | 'deadLetterTarget'>;
  readonly functionArn: string;
  readonly requestId: string;
  /** Functions by ARN: the destinations that run here. */
  readonly functions: ReadonlyMap<string, CallFunction>;
  /** The function does not run any more: the template has changed, or the local cloud ends. */
  readonly isClosed: () => boolean;
  readonly log: Pick<Logger, 'info'>;
}

/** Calls a function until it succeeds or Lambda gives up, then sends the destination its record (rows LA-IV-03 and LA-IV-06). */
export async function callAsynchronously(
  call: FunctionCall,
  run: () => Promise<FunctionOutcome>,
  options: AsynchronousOptions,
): Promise<void> {
  const { config, definition, isClosed, log } = options;
  const startedAt = Date.now();
  for (let count = 1, failures = 0, throttles = 0; ; count++) {
    const outcome = await run();
    if (outcome.kind === 'result')
      return deliver(config.onSuccess, call, { condition: 'Success', count, outcome }, options);
    const isThrottled = outcome.kind === 'rejected' && outcome.reason === 'throttled';
    const isExhausted = !isThrottled && failures >= config.maximumRetries;
    const delayMs = isThrottled
      ? Math.min(1_000 * 2 ** throttles++, MAX_BACKOFF_MS)
      : (RETRY_AFTER_MS[failures++] ?? 0);
    const isTooOld = Date.now() + delayMs - startedAt > config.maximumAgeMs;
    if (isExhausted || isTooOld) {
      const condition = isExhausted ? 'RetriesExhausted' : 'EventAgeExceeded';
      sendToDeadLetters(call, condition, outcome, options);
      return deliver(config.onFailure, call, { condition, count, outcome }, options);
    }
    log.info(
      `function ${definition.name}: the asynchronous call ${isThrottled ? 'was throttled' : 'failed'}; Lambda repeats it in ${delayMs / 1_000} s`,
    );
    await new Promise((resolve) => setTimeout(resolve, delayMs).unref());
    if (isClosed()) return;
  }
}

type Condition = LambdaEvents['destination.missed']['condition'];

async function deliver(
  destination: string | undefined,
  call: FunctionCall,
  { condition, count, outcome }: { condition: Condition; count: number; outcome: FunctionOutcome },
  options: AsynchronousOptions,
): Promise<void> {
  if (destination === undefined) return;
  const { functionArn, requestId, functions } = options;
  const hasResponse = outcome.kind !== 'rejected';
  const record = JSON.stringify({
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId,
      functionArn: /:function:[^:]+$/.test(functionArn) ? `${functionArn}:$LATEST` : functionArn,
      condition,
      approximateInvokeCount: count,
    },
    requestPayload: JSON.parse(call.payload) as unknown,
    ...(hasResponse && {
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        ...(outcome.kind === 'function-error' && { functionError: 'Unhandled' }),
      },
      responsePayload: JSON.parse(outcome.payload) as unknown,
    }),
  });
  const function_ = functions.get(destination);
  if (!function_) return miss(call, { destination, condition, message: record }, options);
  await function_({
    payload: record,
    isAsynchronous: true,
    invoker: undefined,
    traceHeader: call.traceHeader,
    trace: call.trace,
    signal: new AbortController().signal,
  });
}

/** A dead-letter queue or topic gets the event itself, with attributes that say why (row LA-IV-08). */
function sendToDeadLetters(
  call: FunctionCall,
  condition: Condition,
  outcome: FunctionOutcome,
  options: AsynchronousOptions,
): void {
  const { definition, requestId } = options;
  const destination = definition.deadLetterTarget;
  if (destination === undefined) return;
  const error =
    outcome.kind === 'rejected'
      ? { code: outcome.reason === 'throttled' ? 429 : 500, errorMessage: outcome.reason }
      : { code: 200, ...(JSON.parse(outcome.payload) as { readonly errorMessage?: unknown }) };
  const attributes = {
    RequestID: requestId,
    ErrorCode: String(error.code),
    ErrorMessage: String(error.errorMessage ?? '').slice(0, 1_024),
  };
  miss(call, { destination, condition, message: call.payload, attributes }, options);
}

/** Logs and records a message for a queue, topic, event bus or bucket, which does not run here. */
function miss(
  { trace }: FunctionCall,
  missed: Omit<LambdaEvents['destination.missed'], 'function'>,
  { definition, log }: AsynchronousOptions,
): void {
  const { destination, condition, message, attributes } = missed;
  trace.add('lambda', 'destination.missed', { function: definition.logicalId, ...missed });
  const shown = attributes ? ` with ${JSON.stringify(attributes)}` : '';
  log.info(`function ${definition.name}: ${condition}; on AWS, ${destination} gets ${message}${shown}`);
}
