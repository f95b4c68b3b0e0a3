import { expect, test } from 'vitest';
import { requestIdOf } from './request-id';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const root = '1-67891233-abcdef012345678912345678';

test("API Gateway's request id is the request id", () => {
  const id = 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef';
  expect(requestIdOf({ 'x-amzn-requestid': id, 'x-amzn-trace-id': `Root=${root}` })).toBe(id);
});

test.each([
  `Root=${root}`,
  `Self=1-67891234-12456789abcdef012345678;Root=${root}`,
  `Root=${root};Parent=53995c3f42cd8ad8;Sampled=1`,
])('the root of the trace is the request id: %s', (trace) => {
  expect(requestIdOf({ 'x-amzn-trace-id': trace })).toBe(root);
});

test.each([
  {},
  { 'x-amzn-requestid': 'short' },
  { 'x-amzn-requestid': 'x'.repeat(65) },
  { 'x-amzn-requestid': '<script>alert(1)</script>' },
  { 'x-amzn-trace-id': 'Root=1-67891233' },
  { 'x-amzn-trace-id': `NotRoot=${root}` },
  { 'x-amzn-trace-id': `Root=${root}"}{"level":"fatal"` },
])('without a well-formed id in %j the request id is a new UUID', (headers) => {
  expect(requestIdOf(headers)).toMatch(UUID);
  expect(requestIdOf(headers)).not.toBe(requestIdOf(headers));
});
