import { expect, test } from 'vitest';
import { Greeting, Problem } from '@spa-on-aws/shared-types';
import { storeUnavailable } from '../errors';
import { InMemoryGreetingIds } from './greeting-ids';
import { serveApp } from '../../test/serve-app';

test('GET /api/greeting returns id 1 and "Hello, World!" first', async () => {
  const { url } = await serveApp();
  const response = await fetch(`${url}/api/greeting`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  expect(await response.json()).toEqual({ id: 1, content: 'Hello, World!' });
});

test('GET /api/greeting trims the name', async () => {
  const { url } = await serveApp();
  const name = encodeURIComponent('  Ada & Çelik 🚀 ');
  expect(await (await fetch(`${url}/api/greeting?name=${name}`)).json()).toEqual({
    id: 1,
    content: 'Hello, Ada & Çelik 🚀!',
  });
});

test('GET /api/greeting accepts a name of 100 characters', async () => {
  const { url } = await serveApp();
  const name = 'x'.repeat(100);
  expect((await fetch(`${url}/api/greeting?name=${name}`)).status).toBe(200);
});

test('ids have no gaps or duplicates under concurrent requests', async () => {
  const { url } = await serveApp();
  const requests = Array.from({ length: 50 }, async () => {
    const response = await fetch(`${url}/api/greeting`);
    return Greeting.parse(await response.json()).id;
  });
  const ids = await Promise.all(requests);
  expect(ids.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
});

test.each([
  ['an empty name', 'name=', '>=1 characters'],
  ['a name of spaces', 'name=%20+', '>=1 characters'],
  ['a name of 101 characters', `name=${'x'.repeat(101)}`, '<=100 characters'],
  ['two names', 'name=Ada&name=Bob', 'expected string'],
])('%s is rejected, naming the parameter and what is allowed', async (_, query, allowed) => {
  const { url } = await serveApp();
  const response = await fetch(`${url}/api/greeting?${query}`);
  expect(response.status).toBe(400);
  const problem = Problem.parse(await response.json());
  expect(problem.detail).toContain('Query "name"');
  expect(problem.detail).toContain(allowed);
});

test('a rejected request does not use an id', async () => {
  const { url } = await serveApp();
  await fetch(`${url}/api/greeting?name=`);
  expect(await (await fetch(`${url}/api/greeting`)).json()).toMatchObject({ id: 1 });
});

test('GET /api/greeting returns 503 with Retry-After when no id is available', async () => {
  const greetingIds = new InMemoryGreetingIds();
  greetingIds.next = async () => storeUnavailable(new Error('ETIMEDOUT'));
  const { url } = await serveApp({ greetingIds });
  const response = await fetch(`${url}/api/greeting`);
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
  expect(Problem.parse(await response.json())).toMatchObject({
    title: 'Service Unavailable',
    detail: 'Greetings are temporarily unavailable; retry in 5 s',
  });
});

test('HEAD returns the headers of GET without a body', async () => {
  const { url } = await serveApp();
  const response = await fetch(`${url}/api/greeting`, { method: 'HEAD' });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-length')).toBe(String('{"id":1,"content":"Hello, World!"}'.length));
  expect(await response.text()).toBe('');
});

test('an unexpected error returns 500 without details, and logs them', async () => {
  const greetingIds = new InMemoryGreetingIds();
  greetingIds.next = async () => {
    throw new Error('the table greetings-4711 does not exist');
  };
  const { url, log } = await serveApp({ greetingIds });
  const response = await fetch(`${url}/api/greeting`);
  expect(response.status).toBe(500);
  const requestId = response.headers.get('x-request-id');
  expect(Problem.parse(await response.json())).toEqual({
    type: 'about:blank',
    title: 'Internal Server Error',
    status: 500,
    instance: '/api/greeting',
    requestId,
  });
  await expect.poll(() => log).toHaveLength(1);
  expect(log[0]).toMatchObject({
    level: 'error',
    req: { id: requestId },
    err: { message: 'the table greetings-4711 does not exist' },
  });
});

test('a rejected request is logged with its code, without its query', async () => {
  const { url, log } = await serveApp();
  await fetch(`${url}/api/greeting?name=SECRET&name=SECRET`);
  await expect.poll(() => log).toHaveLength(1);
  expect(log[0]).toMatchObject({
    res: { statusCode: 400 },
    code: 'ERR_INVALID_INPUT',
    route: '/api/greeting',
  });
  expect(JSON.stringify(log)).not.toContain('SECRET');
});

test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
  '/api/greeting does not support %s',
  async (method) => {
    const { url } = await serveApp();
    const response = await fetch(`${url}/api/greeting`, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  },
);

test('greetings are not cacheable', async () => {
  const { url } = await serveApp();
  const { headers } = await fetch(`${url}/api/greeting`);
  expect([headers.get('cache-control'), headers.has('etag')]).toEqual(['no-store', false]);
});
