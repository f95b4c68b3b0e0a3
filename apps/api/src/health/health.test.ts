import { expect, test } from 'vitest';
import { serveApp } from '../../test/serve-app';
import { Readiness } from './readiness';

test('a running API is alive and ready', async () => {
  const { url } = await serveApp();
  expect((await fetch(`${url}/health`)).status).toBe(200);
  expect((await fetch(`${url}/ready`)).status).toBe(200);
});

test('an API that starts is alive, and ready when it has all it needs', async () => {
  const readiness = new Readiness();
  const { url } = await serveApp({ readiness });
  expect((await fetch(`${url}/health`)).status).toBe(200);
  const answer = await fetch(`${url}/ready`);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ detail: 'The API is starting: ask again in 1 s' });
  readiness.begin();
  expect((await fetch(`${url}/ready`)).status).toBe(200);
});

test('an API that is stopped while it starts never becomes ready', async () => {
  const readiness = new Readiness();
  const { url } = await serveApp({ readiness });
  readiness.end();
  readiness.begin();
  expect((await fetch(`${url}/ready`)).status).toBe(503);
});

test('an API whose store is down is not ready until it is up again', async () => {
  const { url, readiness } = await serveApp();
  readiness.storeIsDown(true);
  const answer = await fetch(`${url}/ready`);
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('1');
  expect((await fetch(`${url}/health`)).status).toBe(200);
  readiness.storeIsDown(false);
  expect((await fetch(`${url}/ready`)).status).toBe(200);
});

test('an API that stops is alive and not ready', async () => {
  const { url, readiness } = await serveApp();
  readiness.end();
  expect((await fetch(`${url}/health`)).status).toBe(200);
  const answer = await fetch(`${url}/ready`);
  expect(answer.status).toBe(503);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
});
