import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fakeFunction } from '../../../../test/functions';
import { Trace } from '../../../trace/trace';
import { DEFAULT_EVENT_INVOKE_CONFIG } from '../model/event-invoke-config';
import { callAsynchronously } from './asynchronous';
import type { FunctionOutcome } from './invoke';

const ARN = 'arn:aws:lambda:eu-west-1:000000000000:function:worker';
const DESTINATION = 'arn:aws:lambda:eu-west-1:000000000000:function:after';
const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:dead';
const FAILED: FunctionOutcome = {
  kind: 'function-error',
  payload: '{"errorType":"Error","errorMessage":"no"}',
};
const THROTTLED: FunctionOutcome = { kind: 'rejected', reason: 'throttled' };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Calls a function asynchronously; `outcomes` are those of its invocations, the last one of all further ones. */
function start(
  outcomes: readonly FunctionOutcome[],
  change: Partial<typeof DEFAULT_EVENT_INVOKE_CONFIG> = {},
) {
  const { functions, calls } = fakeFunction(() => ({}), DESTINATION);
  const logged: string[] = [];
  const state = { runs: 0, isClosed: false };
  const ended = callAsynchronously(
    {
      payload: '{"id":1}',
      invoker: undefined,
      traceHeader: 'Root=1-0-0',
      trace: new Trace(),
      signal: new AbortController().signal,
    },
    async () => outcomes[Math.min(state.runs++, outcomes.length - 1)] ?? FAILED,
    {
      config: { ...DEFAULT_EVENT_INVOKE_CONFIG, ...change },
      name: 'worker',
      functionArn: ARN,
      requestId: 'a-request',
      functions,
      isClosed: () => state.isClosed,
      log: { info: (line: string) => void logged.push(line) },
    },
  );
  return { state, ended, calls, logged };
}

test('a function that fails is called again after one and two minutes, and its destination gets a record (LA-IV-03, LA-IV-06)', async () => {
  const { state, ended, calls } = start([FAILED], { onFailure: DESTINATION });
  await vi.advanceTimersByTimeAsync(59_000);
  expect(state.runs).toBe(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(state.runs).toBe(2);
  await vi.advanceTimersByTimeAsync(119_000);
  expect(state.runs).toBe(2);
  await vi.advanceTimersByTimeAsync(1_000);
  await ended;
  expect(state.runs).toBe(3);
  expect(calls.map(({ event, isAsynchronous }) => ({ event, isAsynchronous }))).toEqual([
    {
      isAsynchronous: true,
      event: {
        version: '1.0',
        timestamp: new Date().toISOString(),
        requestContext: {
          requestId: 'a-request',
          functionArn: `${ARN}:$LATEST`,
          condition: 'RetriesExhausted',
          approximateInvokeCount: 3,
        },
        requestPayload: { id: 1 },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        responsePayload: { errorType: 'Error', errorMessage: 'no' },
      },
    },
  ]);
});

test('a function that succeeds is not called again, and OnSuccess gets its result (LA-IV-06)', async () => {
  const { state, ended, calls } = start([FAILED, { kind: 'result', payload: '{"done":true}' }], {
    onSuccess: DESTINATION,
    onFailure: QUEUE,
  });
  await vi.advanceTimersByTimeAsync(600_000);
  await ended;
  expect(state.runs).toBe(2);
  expect(calls[0]?.event).toMatchObject({
    requestContext: { condition: 'Success', approximateInvokeCount: 2 },
    responsePayload: { done: true },
  });
});

test('MaximumRetryAttempts and MaximumEventAgeInSeconds end the retries (LA-IV-06)', async () => {
  const never = start([FAILED], { maximumRetries: 0, onFailure: QUEUE });
  await never.ended;
  expect(never.state.runs).toBe(1);
  expect(never.logged).toEqual([
    `function worker: RetriesExhausted; on AWS, ${QUEUE} gets a record of the call`,
  ]);
  const short = start([FAILED], { maximumAgeMs: 100_000, onFailure: DESTINATION });
  await vi.advanceTimersByTimeAsync(60_000);
  await short.ended;
  expect(short.state.runs).toBe(2);
  expect(short.calls[0]?.event).toMatchObject({ requestContext: { condition: 'EventAgeExceeded' } });
});

test('a throttled call is repeated after 1, 2, 4 s and so on, without counting as a retry (LA-IV-03)', async () => {
  const { state, ended } = start([THROTTLED, THROTTLED, THROTTLED, { kind: 'result', payload: '1' }]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(state.runs).toBe(2);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(state.runs).toBe(3);
  await vi.advanceTimersByTimeAsync(4_000);
  await ended;
  expect(state.runs).toBe(4);
});

test('a function that does not run any more is not called again', async () => {
  const { state, ended } = start([FAILED]);
  await vi.advanceTimersByTimeAsync(0);
  state.isClosed = true;
  await vi.advanceTimersByTimeAsync(60_000);
  await ended;
  expect(state.runs).toBe(1);
});
