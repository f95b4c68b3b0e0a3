import { expect, test } from 'vitest';
import { Problem } from '@spa-on-aws/shared-types';
import { serveApp } from '../test/serve-app';
import { createLogger } from './http-logger';

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

test.each(['/', '//api/openapi.json', '/health/x', '/api/openapi.json/x'])(
  '%s is not a path of the API',
  async (path) => {
    const { url } = await serveApp();
    expect((await fetch(`${url}${path}`)).status).toBe(404);
  },
);

test('paths work with and without the stage prefix', async () => {
  const { url } = await serveApp({ pathPrefix: '/dev' });
  for (const path of ['/ready', '/dev/ready', '/api/openapi.json', '/dev/api/openapi.json']) {
    expect((await fetch(`${url}${path}`)).status).toBe(200);
  }
  expect((await fetch(`${url}/devready`)).status).toBe(404);
  expect((await fetch(`${url}/prod/ready`)).status).toBe(404);
});

test.each(['/api/openapi.json', '/health', '/ready'])('%s supports only GET and HEAD', async (path) => {
  const { url } = await serveApp();
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    const response = await fetch(`${url}${path}`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    expect(Problem.parse(await response.json()).title).toBe('Method Not Allowed');
  }
});

test('responses are not cacheable and do not name the server software', async () => {
  const { url } = await serveApp();
  for (const path of ['/api/openapi.json', '/health', '/nope']) {
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
  const response = await fetch(`${url}/api/openapi.json?name=SECRET-name`, { headers });
  await fetch(`${url}/nope`, { headers });
  await expect.poll(() => log).toHaveLength(2);
  expect(log[0]).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    msg: 'request completed',
    req: { id: response.headers.get('x-request-id'), method: 'GET', path: '/api/openapi.json' },
    res: { statusCode: 200 },
    responseTime: expect.any(Number),
    route: '/api/openapi.json',
    sub: 'anonymous',
  });
  expect(log[1]).toMatchObject({ res: { statusCode: 404 }, code: 'ERR_NOT_FOUND' });
  expect(JSON.stringify(log)).not.toContain('SECRET');
});

test('health checks are logged only if they fail', async () => {
  const { url, log, state } = await serveApp();
  await fetch(`${url}/ready`);
  state.isStopping = true;
  await fetch(`${url}/ready`);
  await expect.poll(() => log).toHaveLength(1);
  expect(log[0]).toMatchObject({ level: 'error', res: { statusCode: 503 }, err: { code: 'ERR_STOPPING' } });
});

test('a malformed X-Amzn-Trace-Id is ignored', async () => {
  const { url } = await serveApp();
  for (const value of ['short', 'x'.repeat(65), '<script>', 'Root=1-67891233', 'Root=1"}{"level":"fatal"']) {
    const { headers } = await fetch(`${url}/health`, { headers: { 'x-amzn-trace-id': value } });
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  }
});

test('the logger redacts secrets that code passes to it', () => {
  const lines: string[] = [];
  const logger = createLogger('info', { write: (line) => lines.push(line) });
  logger.info({ headers: { cookie: 'SECRET' }, token: 'SECRET', password: 'SECRET', body: 'SECRET' });
  const error = Object.assign(new Error('failed', { cause: new Error('reason') }), { request: 'SECRET' });
  logger.error({ err: error });
  expect(lines.join()).not.toContain('SECRET');
  expect(lines.join()).toContain('"message":"reason"');
});
