import { expect, test } from 'vitest';
import { logRequest } from '../../test/console-sample';
import { RequestLog } from './request-log';

test('the log holds the last two hundred requests, newest first', () => {
  const log = new RequestLog();
  for (let n = 1; n <= 250; n += 1) logRequest(log, `/${n}`, 200, []);
  expect(log.latest()).toHaveLength(200);
  expect(log.latest()[0]?.path).toBe('/250');
  expect(log.find(250)?.path).toBe('/250');
  expect(log.find(1)).toBeUndefined();
});

test('requests with very long paths push older ones out, so that memory is bounded', () => {
  const log = new RequestLog();
  for (let n = 1; n <= 150; n += 1) logRequest(log, `/${n}/${'a'.repeat(60_000)}`, 200, []);
  expect(log.latest().length).toBeLessThan(70);
  expect(log.latest()[0]?.path).toMatch(/^\/150\//);
  log.clear();
  logRequest(log, '/b', 200, []);
  expect(log.latest()).toHaveLength(1);
});

test('who listens is told of requests and of clearing, until they stop', () => {
  const log = new RequestLog();
  const told: unknown[] = [];
  const stop = log.onChange((change) => told.push(change === 'cleared' ? change : change.path));
  logRequest(log, '/a', 200, []);
  log.clear();
  stop();
  logRequest(log, '/b', 200, []);
  expect(told).toEqual(['/a', 'cleared']);
  expect(log.latest().map(({ id }) => id)).toEqual([2]);
});

test('a request keeps names of parameters and cookies, and what was switched on', () => {
  const log = new RequestLog(() => ({ switches: ['API down'], clockOffsetMs: 5 }));
  const request = logRequest(log, '/a?x=1&y=2', 503, [], { headers: [['Cookie', 'sid=1']] });
  expect(request).toMatchObject({
    queryNames: ['x', 'y'],
    cookieNames: ['sid'],
    switches: ['API down'],
    clockOffsetMs: 5,
  });
});

test('a request keeps its headers without tokens, cookies and API keys', () => {
  const headers: [string, string][] = [
    ['Accept', 'application/json'],
    ['Authorization', 'Bearer secret'],
    ['Cookie', 'sid=secret'],
    ['X-Api-Key', 'secret'],
  ];
  expect(logRequest(new RequestLog(), '/a', 200, [], { headers }).request.headers.slice(-4)).toEqual([
    ['Accept', 'application/json'],
    ['Authorization', 'Bearer (hidden)'],
    ['Cookie', 'sid'],
    ['X-Api-Key', '(hidden)'],
  ]);
});
