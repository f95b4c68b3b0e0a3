import { expect, test } from 'vitest';
import { Greeting, Problem } from '@spa-on-aws/shared-types';
import { GreetingIdsUnavailableError } from '../errors';
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
  ['an empty name', 'name=', 'must be at least 1 character'],
  ['a name of spaces', 'name=%20+', 'must be at least 1 character'],
  ['a name of 101 characters', `name=${'x'.repeat(101)}`, 'must be at most 100 characters'],
  ['two names', 'name=Ada&name=Bob', 'must be of type string'],
])('%s is rejected, naming the parameter and what is allowed', async (_, query, allowed) => {
  const { url } = await serveApp();
  const response = await fetch(`${url}/api/greeting?${query}`);
  expect(response.status).toBe(400);
  const problem = Problem.parse(await response.json());
  expect(problem.detail).toContain('Query parameter "name" ');
  expect(problem.detail).toContain(allowed);
});

test('a rejected request does not use an id', async () => {
  const { url } = await serveApp();
  await fetch(`${url}/api/greeting?name=`);
  expect(await (await fetch(`${url}/api/greeting`)).json()).toMatchObject({ id: 1 });
});

test('GET /api/greeting returns 503 with Retry-After when no id is available', async () => {
  const greetingIds = { next: () => Promise.reject(new GreetingIdsUnavailableError(1_200)) };
  const { url, log } = await serveApp({ greetingIds });
  const response = await fetch(`${url}/api/greeting`);
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('2');
  expect(Problem.parse(await response.json())).toMatchObject({
    title: 'Service Unavailable',
    detail: 'Could not allocate an ID; retry in 2 s',
  });
  await expect.poll(() => log).toHaveLength(1);
  expect(log[0]).toMatchObject({ level: 'error', status: 503, code: 'ERR_GREETING_IDS_UNAVAILABLE' });
});

test('HEAD returns the headers of GET without a body', async () => {
  const { url } = await serveApp();
  const response = await fetch(`${url}/api/greeting`, { method: 'HEAD' });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-length')).toBe(String('{"id":1,"content":"Hello, World!"}'.length));
  expect(await response.text()).toBe('');
});
