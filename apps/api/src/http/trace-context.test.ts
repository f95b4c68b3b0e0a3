import { expect, test } from 'vitest';
import { serveApp } from '../../test/serve-app';
import { traceContextOf } from './trace-context';

const W3C = '0af7651916cd43dd8448eb211c80319c';
const XRAY = '1-67891233-abcdef012345678912345678';

test('both kinds of traces are told', () => {
  const headers = {
    traceparent: `00-${W3C}-b7ad6b7169203331-01`,
    'x-amzn-trace-id': `Self=1-0;Root=${XRAY};Sampled=1`,
  };
  expect(traceContextOf(headers)).toEqual({ traceId: W3C, xrayTraceId: XRAY });
  expect(traceContextOf({})).toEqual({});
});

test('a later version of traceparent may say more', () => {
  expect(traceContextOf({ traceparent: `cc-${W3C}-b7ad6b7169203331-01-what-comes` })).toEqual({
    traceId: W3C,
  });
});

test.each([
  '',
  W3C,
  `00-${W3C.toUpperCase()}-b7ad6b7169203331-01`,
  `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
  `00-${W3C}-${'0'.repeat(16)}-01`,
  `00-${W3C}-b7ad6b7169203331-01"}{"level":"fatal"`,
  '-'.repeat(8_000),
])('%s is no traceparent', (traceparent) => {
  expect(traceContextOf({ traceparent })).toEqual({});
});

test('the ids of traces are in the log, by which it is found', async () => {
  const { url, log } = await serveApp();
  await fetch(`${url}/api/greeting`, {
    headers: { traceparent: `00-${W3C}-b7ad6b7169203331-01`, 'x-amzn-trace-id': `Root=${XRAY}` },
  });
  await expect.poll(() => log).toHaveLength(1);
  expect(log[0]).toMatchObject({ traceId: W3C, xrayTraceId: XRAY, requestId: XRAY });
});
