import { expect, test } from 'vitest';
import { serveApp } from '../../test/serve-app';

test.each(['/dev/api/greeting', '/api/greeting'])(
  '%s is a path of the API, with or without the stage prefix (PI-06)',
  async (path) => {
    const { url } = await serveApp({ pathPrefix: '/dev' });
    expect((await fetch(url + path)).status).toBe(200);
  },
);

test.each(['/prod/api/greeting', '/dev/dev/api/greeting', '/dev/health', '/devapi/greeting'])(
  '%s returns 404 when the prefix is /dev',
  async (path) => {
    const { url } = await serveApp({ pathPrefix: '/dev' });
    expect((await fetch(url + path)).status).toBe(404);
  },
);

test('a stage can have the name api', async () => {
  const { url } = await serveApp({ pathPrefix: '/api' });
  expect((await fetch(`${url}/api/greeting`)).status).toBe(200);
  expect((await fetch(`${url}/api/api/greeting`)).status).toBe(200);
});
