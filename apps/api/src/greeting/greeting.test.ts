import { expect, test } from 'vitest';
import { Greeting, Problem } from '@spa-on-aws/shared-types';
import { GreetingIdsUnavailableError } from '../errors';
import { serveApp } from '../../test/serve-app';

test('the first greeting has id 1 and greets the world', async () => {
  const { url } = await serveApp();
  const answer = await fetch(`${url}/api/greeting`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(await answer.json()).toEqual({ id: 1, content: 'Hello, World!' });
});

test('a name is greeted, without the spaces around it', async () => {
  const { url } = await serveApp();
  const name = encodeURIComponent('  Ada & Çelik 🚀 ');
  expect(await (await fetch(`${url}/api/greeting?name=${name}`)).json()).toEqual({
    id: 1,
    content: 'Hello, Ada & Çelik 🚀!',
  });
});

test('a name of 100 characters is greeted', async () => {
  const { url } = await serveApp();
  const name = 'x'.repeat(100);
  expect((await fetch(`${url}/api/greeting?name=${name}`)).status).toBe(200);
});

test('ids rise by one, also when many ask at once', async () => {
  const { url } = await serveApp();
  const asked = Array.from({ length: 50 }, async () => {
    const answer = await fetch(`${url}/api/greeting`);
    return Greeting.parse(await answer.json()).id;
  });
  const ids = await Promise.all(asked);
  expect(ids.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
});

test.each([
  ['an empty name', 'name=', '>=1 characters'],
  ['a name of spaces', 'name=%20+', '>=1 characters'],
  ['a name of 101 characters', `name=${'x'.repeat(101)}`, '<=100 characters'],
  ['two names', 'name=Ada&name=Bob', 'expected string'],
])('%s is refused, saying which parameter and what is allowed', async (_, query, allowed) => {
  const { url } = await serveApp();
  const answer = await fetch(`${url}/api/greeting?${query}`);
  expect(answer.status).toBe(400);
  const problem = Problem.parse(await answer.json());
  expect(problem.detail).toContain('Query parameter "name": ');
  expect(problem.detail).toContain(allowed);
});

test('a refused request uses up no id', async () => {
  const { url } = await serveApp();
  await fetch(`${url}/api/greeting?name=`);
  expect(await (await fetch(`${url}/api/greeting`)).json()).toMatchObject({ id: 1 });
});

test('without an id to be had the answer is 503 and says when to ask again', async () => {
  const greetingIds = { next: () => Promise.reject(new GreetingIdsUnavailableError(1_200)) };
  const { url, log } = await serveApp({ greetingIds });
  const answer = await fetch(`${url}/api/greeting`);
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('2');
  expect(Problem.parse(await answer.json())).toMatchObject({
    title: 'Service Unavailable',
    detail: 'No greeting can be numbered at the moment: ask again in 2 s',
  });
  await expect.poll(() => log).toHaveLength(1);
  expect(log[0]).toMatchObject({ level: 'error', status: 503, code: 'ERR_GREETING_IDS_UNAVAILABLE' });
});

test('HEAD answers what GET would, without a body', async () => {
  const { url } = await serveApp();
  const answer = await fetch(`${url}/api/greeting`, { method: 'HEAD' });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-length')).toBe(String('{"id":1,"content":"Hello, World!"}'.length));
  expect(await answer.text()).toBe('');
});
