import { expect, test } from 'vitest';
import { serveApp } from '../../test/serve-app';
import { requestIdOf, traceContextOf } from './request-context';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const W3C = '0af7651916cd43dd8448eb211c80319c';
const XRAY = '1-67891233-abcdef012345678912345678';

test("requestIdOf() prefers API Gateway's request id", () => {
  const id = 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef';
  expect(requestIdOf({ 'x-amzn-requestid': id, 'x-amzn-trace-id': `Root=${XRAY}` })).toBe(id);
});

test.each([
  `Root=${XRAY}`,
  `Self=1-67891234-12456789abcdef012345678;Root=${XRAY}`,
  `Root=${XRAY};Parent=53995c3f42cd8ad8;Sampled=1`,
])('requestIdOf() returns the root of the X-Ray trace: %s', (trace) => {
  expect(requestIdOf({ 'x-amzn-trace-id': trace })).toBe(XRAY);
});

test.each([
  {},
  { 'x-amzn-requestid': 'short' },
  { 'x-amzn-requestid': 'x'.repeat(65) },
  { 'x-amzn-requestid': '<script>alert(1)</script>' },
  { 'x-amzn-trace-id': 'Root=1-67891233' },
  { 'x-amzn-trace-id': `NotRoot=${XRAY}` },
  { 'x-amzn-trace-id': `Root=${XRAY}"}{"level":"fatal"` },
])('requestIdOf() returns a new UUID for %j', (headers) => {
  expect(requestIdOf(headers)).toMatch(UUID);
  expect(requestIdOf(headers)).not.toBe(requestIdOf(headers));
});

test('traceContextOf() reads traceparent and X-Amzn-Trace-Id', () => {
  const headers = {
    traceparent: `00-${W3C}-b7ad6b7169203331-01`,
    'x-amzn-trace-id': `Self=1-0;Root=${XRAY};Sampled=1`,
  };
  expect(traceContextOf(headers)).toEqual({ traceId: W3C, xrayTraceId: XRAY });
  expect(traceContextOf({})).toEqual({});
});

test('traceContextOf() accepts a later version of traceparent with more fields', () => {
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
])('traceContextOf() ignores the traceparent %j', (traceparent) => {
  expect(traceContextOf({ traceparent })).toEqual({});
});

test('log lines have the trace ids', async () => {
  const { url, log } = await serveApp();
  await fetch(`${url}/api/greeting`, {
    headers: { traceparent: `00-${W3C}-b7ad6b7169203331-01`, 'x-amzn-trace-id': `Root=${XRAY}` },
  });
  await expect.poll(() => log).toHaveLength(1);
  expect(log[0]).toMatchObject({ traceId: W3C, xrayTraceId: XRAY, requestId: XRAY });
});
