import type { Logger } from 'pino';
import type { EventInvokeConfig } from '../model/event-invoke-config';
import type { CallFunction, FunctionCall, FunctionOutcome } from './invoke';

/** Lambda waits this long before it calls a function that failed again (row LA-IV-03). */
const RETRY_AFTER_MS = [60_000, 120_000] as const;
/** Waits after throttling double up to this time. */
const MAX_BACKOFF_MS = 300_000;

export interface AsynchronousOptions {
  readonly config: Omit<EventInvokeConfig, 'functionArn'>;
  readonly name: string;
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
  const { config, name, isClosed, log } = options;
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
      return deliver(config.onFailure, call, { condition, count, outcome }, options);
    }
    log.info(
      `function ${name}: the asynchronous call ${isThrottled ? 'was throttled' : 'failed'}; Lambda repeats it in ${delayMs / 1_000} s`,
    );
    await new Promise((resolve) => setTimeout(resolve, delayMs).unref());
    if (isClosed()) return;
  }
}

async function deliver(
  destination: string | undefined,
  { payload, traceHeader, trace }: FunctionCall,
  { condition, count, outcome }: { condition: string; count: number; outcome: FunctionOutcome },
  { name, functionArn, requestId, functions, log }: AsynchronousOptions,
): Promise<void> {
  if (destination === undefined) return;
  const function_ = functions.get(destination);
  if (!function_) {
    log.info(`function ${name}: ${condition}; on AWS, ${destination} gets a record of the call`);
    return;
  }
  const hasResponse = outcome.kind !== 'rejected';
  const record = {
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId,
      functionArn: /:function:[^:]+$/.test(functionArn) ? `${functionArn}:$LATEST` : functionArn,
      condition,
      approximateInvokeCount: count,
    },
    requestPayload: JSON.parse(payload) as unknown,
    ...(hasResponse && {
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        ...(outcome.kind === 'function-error' && { functionError: 'Unhandled' }),
      },
      responsePayload: JSON.parse(outcome.payload) as unknown,
    }),
  };
  await function_({
    payload: JSON.stringify(record),
    isAsynchronous: true,
    invoker: undefined,
    traceHeader,
    trace,
    signal: new AbortController().signal,
  });
}
