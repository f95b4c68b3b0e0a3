import { expect, test } from 'vitest';
import { serveApp } from '../../test/serve-app';

test.each(['/dev/api/greeting', '/api/greeting'])(
  'PI-06: %s is answered, whether the stage is in the path or not',
  async (path) => {
    const { url } = await serveApp({ pathPrefix: '/dev' });
    expect((await fetch(url + path)).status).toBe(200);
  },
);

test.each(['/prod/api/greeting', '/dev/dev/api/greeting', '/dev/health', '/devapi/greeting'])(
  '%s stays unknown',
  async (path) => {
    const { url } = await serveApp({ pathPrefix: '/dev' });
    expect((await fetch(url + path)).status).toBe(404);
  },
);

test('a stage that is called api does not eat the path', async () => {
  const { url } = await serveApp({ pathPrefix: '/api' });
  expect((await fetch(`${url}/api/greeting`)).status).toBe(200);
  expect((await fetch(`${url}/api/api/greeting`)).status).toBe(200);
});
