import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { Problem } from '@spa-on-aws/shared-types';
import { serveApp } from '../test/serve-app';

test('an unknown path returns 404 with problem details', async () => {
  const { url } = await serveApp();
  const response = await fetch(`${url}/api/nope?secret=1`);
  expect(response.status).toBe(404);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(Problem.parse(await response.json())).toEqual({
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail: 'Not found',
    instance: '/api/nope',
    requestId: response.headers.get('x-request-id'),
  });
});

test.each(['/api/greeting/', '/API/greeting', '/', '//api/greeting', '/health/x'])(
  '%s is not a path of the API',
  async (path) => {
    const { url } = await serveApp();
    expect((await fetch(`${url}${path}`)).status).toBe(404);
  },
);

test.each(['/api/greeting', '/api/openapi.json', '/health', '/ready'])(
  '%s supports only GET and HEAD',
  async (path) => {
    const { url } = await serveApp();
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const response = await fetch(`${url}${path}`, { method });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('GET, HEAD');
      expect(Problem.parse(await response.json()).title).toBe('Method Not Allowed');
    }
  },
);

test.each(['/api/greeting?name=%zz', '/api/greeting?name=%E0%A4%A', '/api/%', '/health?%ff'])(
  'the malformed URL %s returns 400',
  async (path) => {
    const { url } = await serveApp();
    const { status, body } = await get(`${url}${path}`);
    expect(status).toBe(400);
    expect(Problem.parse(JSON.parse(body)).detail).toContain('percent-encoding');
  },
);

test('an unexpected error returns 500 without details, and logs them', async () => {
  const greetingIds = {
    next: async () => {
      throw new Error('the table greetings-4711 does not exist');
    },
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
    requestId,
    err: { message: 'the table greetings-4711 does not exist' },
  });
});

test('responses are not cacheable and do not name the server software', async () => {
  const { url } = await serveApp();
  for (const path of ['/api/greeting', '/health', '/nope']) {
    const { headers } = await fetch(`${url}${path}`);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.has('etag')).toBe(false);
    expect(headers.has('x-powered-by')).toBe(false);
    expect(headers.has('server')).toBe(false);
  }
});

test('HEAD of an unknown path returns 404 without a body', async () => {
  const { url } = await serveApp();
  const response = await fetch(`${url}/nope`, { method: 'HEAD' });
  expect(response.status).toBe(404);
  expect(await response.text()).toBe('');
});

test('the request id is the X-Ray trace id of the request', async () => {
  const { url } = await serveApp();
  const root = '1-67891233-abcdef012345678912345678';
  const response = await fetch(`${url}/nope`, { headers: { 'X-Amzn-Trace-Id': `Root=${root}` } });
  expect(response.headers.get('x-request-id')).toBe(root);
  expect(await response.json()).toMatchObject({ requestId: root });
});

test('each request has one log line, without headers and query values', async () => {
  const { url, log } = await serveApp();
  const headers = { authorization: 'Bearer SECRET-token', cookie: 'session=SECRET-cookie' };
  const response = await fetch(`${url}/api/greeting?name=SECRET-name`, { headers });
  await fetch(`${url}/api/greeting?name=`, { headers });
  await fetch(`${url}/nope`, { headers });
  await expect.poll(() => log).toHaveLength(3);
  expect(log[0]).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    msg: 'request',
    requestId: response.headers.get('x-request-id'),
    method: 'GET',
    path: '/api/greeting',
    route: '/api/greeting',
    status: 200,
    durationMs: expect.any(Number),
    sub: 'anonymous',
  });
  expect(log[1]).toMatchObject({ status: 400, code: 'ERR_BAD_QUERY' });
  expect(log[2]).toMatchObject({ status: 404, path: '/nope', code: 'ERR_NOT_FOUND' });
  expect(JSON.stringify(log)).not.toContain('SECRET');
});

/** Sends a URL unchanged; `fetch` would correct it. */
async function get(url: string): Promise<{ status: number | undefined; body: string }> {
  const { hostname, port } = new URL(url);
  const path = url.slice(url.indexOf(port) + port.length);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    })
      .on('error', reject)
      .end();
  });
}
