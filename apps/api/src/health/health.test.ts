import { expect, test } from 'vitest';
import { serveApp } from '../../test/serve-app';

test('a running API is alive and ready', async () => {
  const { url } = await serveApp();
  expect((await fetch(`${url}/health`)).status).toBe(200);
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
