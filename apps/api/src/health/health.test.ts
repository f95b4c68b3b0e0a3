import { expect, test } from 'vitest';
import { serveApp } from '../../test/serve-app';
import { Readiness } from './health';

test('/health and /ready return 200 while the API runs', async () => {
  const { url } = await serveApp();
  expect((await fetch(`${url}/health`)).status).toBe(200);
  expect((await fetch(`${url}/ready`)).status).toBe(200);
});

test('/ready returns 503 until the API has started', async () => {
  const readiness = new Readiness();
  const { url } = await serveApp({ readiness });
  expect((await fetch(`${url}/health`)).status).toBe(200);
  const response = await fetch(`${url}/ready`);
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ detail: 'The API is starting; retry in 1 s' });
  readiness.start();
  expect((await fetch(`${url}/ready`)).status).toBe(200);
});

test('an API that is stopped during its start never becomes ready', async () => {
  const readiness = new Readiness();
  const { url } = await serveApp({ readiness });
  readiness.stop();
  readiness.start();
  expect((await fetch(`${url}/ready`)).status).toBe(503);
});

test('/ready returns 503 while the store is down', async () => {
  const { url, readiness } = await serveApp();
  readiness.isStoreDown = true;
  const response = await fetch(`${url}/ready`);
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('1');
  expect((await fetch(`${url}/health`)).status).toBe(200);
  readiness.isStoreDown = false;
  expect((await fetch(`${url}/ready`)).status).toBe(200);
});

test('/ready returns 503 while the API is stopping', async () => {
  const { url, readiness } = await serveApp();
  readiness.stop();
  expect((await fetch(`${url}/health`)).status).toBe(200);
  const response = await fetch(`${url}/ready`);
  expect(response.status).toBe(503);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
});
