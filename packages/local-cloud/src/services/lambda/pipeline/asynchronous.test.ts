import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fakeFunction } from '../../../../test/functions';
import { describeHop } from '../../../explain/describe-hop';
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
  deadLetterTarget?: string,
) {
  const trace = new Trace();
  const { functions, calls } = fakeFunction(() => ({}), DESTINATION);
  const logged: string[] = [];
  const state = { runs: 0, isClosed: false };
  const ended = callAsynchronously(
    {
      payload: '{"id":1}',
      invoker: undefined,
      traceHeader: 'Root=1-0-0',
      trace,
      signal: new AbortController().signal,
    },
    async () => outcomes[Math.min(state.runs++, outcomes.length - 1)] ?? FAILED,
    {
      config: { ...DEFAULT_EVENT_INVOKE_CONFIG, ...change },
      definition: { logicalId: 'Worker', name: 'worker', deadLetterTarget },
      functionArn: ARN,
      requestId: 'a-request',
      functions,
      isClosed: () => state.isClosed,
      log: { info: (line: string) => void logged.push(line) },
    },
  );
  return { state, ended, calls, logged, hops: trace.hops };
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
    expect.stringMatching(
      /^function worker: RetriesExhausted; on AWS, arn:.*:dead gets \{"version":"1.0",.*\}$/,
    ),
  ]);
  const short = start([FAILED], { maximumAgeMs: 100_000, onFailure: DESTINATION });
  await vi.advanceTimersByTimeAsync(60_000);
  await short.ended;
  expect(short.state.runs).toBe(2);
  expect(short.calls[0]?.event).toMatchObject({ requestContext: { condition: 'EventAgeExceeded' } });
});

test('a destination that does not run here misses its record: log and events have it (LA-IV-06)', async () => {
  const { ended, hops } = start([{ kind: 'result', payload: '{"done":true}' }], { onSuccess: QUEUE });
  await ended;
  const [hop] = hops;
  if (hop?.event !== 'destination.missed') throw new TypeError(hop?.event);
  expect(hop.data).toMatchObject({ function: 'Worker', destination: QUEUE, condition: 'Success' });
  expect(JSON.parse(hop.data.message)).toMatchObject({
    requestPayload: { id: 1 },
    responsePayload: { done: true },
  });
  expect(describeHop(hop)).toMatchObject({
    sentence: `Success: on AWS, ${QUEUE} gets a message about the asynchronous call`,
    facts: { Message: hop.data.message },
  });
});

test('a dead-letter queue misses the event of a call that failed: log and events have it (LA-IV-08)', async () => {
  const { ended, hops, logged, calls } = start(
    [FAILED],
    { maximumRetries: 0, onFailure: DESTINATION },
    QUEUE,
  );
  await ended;
  const attributes = { RequestID: 'a-request', ErrorCode: '200', ErrorMessage: 'no' };
  expect(hops.map(({ data }) => data)).toEqual([
    {
      function: 'Worker',
      destination: QUEUE,
      condition: 'RetriesExhausted',
      message: '{"id":1}',
      attributes,
    },
  ]);
  expect(logged).toEqual([
    `function worker: RetriesExhausted; on AWS, ${QUEUE} gets {"id":1} with ${JSON.stringify(attributes)}`,
  ]);
  expect(calls).toHaveLength(1);
  const succeeded = start([{ kind: 'result', payload: '1' }], {}, QUEUE);
  await succeeded.ended;
  expect(succeeded.hops).toEqual([]);
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
