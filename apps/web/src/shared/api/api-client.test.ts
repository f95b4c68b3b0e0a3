import { deleteGreeting, getGreeting, makeGreeting } from '@spa-on-aws/shared-types';
import { expect, test } from 'vitest';
import { json } from '../../../test/json';
import { type ApiAccess, type ApiPath, askApi } from './api-client';
import { ApiRefusedError, ApiTimeoutError, ApiUnreachableError, NoAccessTokenError } from './api-errors';

const { signal } = new AbortController();
const greeting = { id: 9, content: 'Hello, Ada!' };

/** Asks for a greeting, at another path if told. */
function get(api: ApiAccess, path: ApiPath = getGreeting.path) {
  return askApi(api, { ...getGreeting, path }, {}, signal);
}

function access(answer: (request: Request) => Response | Promise<Response>, change: Partial<ApiAccess> = {}) {
  const requests: Request[] = [];
  const api: ApiAccess = {
    origin: 'https://site.example',
    accessToken: async () => 'token-1',
    request: async (input, init) => {
      requests.push(new Request(input as string, init));
      return answer(requests.at(-1) as Request);
    },
    ...change,
  };
  return { api, requests };
}

async function refusal(answer: Response) {
  const error: unknown = await get(access(() => answer).api).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ApiRefusedError);
  return (error as ApiRefusedError).refusal;
}

test('the access token goes along, and nothing else that identifies (OC-09)', async () => {
  const { api, requests } = access(() => json(greeting));
  await expect(askApi(api, getGreeting, { query: { name: 'Ada' } }, signal)).resolves.toEqual(greeting);
  expect(requests[0]?.url).toBe('https://site.example/api/greeting?name=Ada');
  expect(requests[0]?.headers.get('authorization')).toBe('Bearer token-1');
  expect(requests[0]?.credentials).toBe('omit');
  expect(requests[0]?.redirect).toBe('error');
});

test('a guest is not kept from asking', async () => {
  const { api, requests } = access(() => json(greeting), { accessToken: async () => undefined });
  await get(api);
  expect(requests[0]?.headers.has('authorization')).toBe(false);
});

test.each([
  'https://evil.example/api/greeting',
  '//evil.example/api/greeting',
  '/api/../config.json',
  '/api/%2e%2e/config.json',
  '/api/..\\config.json',
  '/apiary',
  '/',
])('%s gets no request and no token (P28)', async (path) => {
  const { api, requests } = access(() => json({}));
  await expect(get(api, path as ApiPath)).rejects.toMatchObject({
    code: 'ERR_FOREIGN_REQUEST',
  });
  expect(requests).toEqual([]);
});

test('only paths of the API are accepted by type', () => {
  const path: ApiPath = '/api/greeting';
  // @ts-expect-error another origin is no path of the API
  const foreign: ApiPath = 'https://evil.example/api/greeting';
  expect(path).not.toBe(foreign);
});

test('problem details give the reason and the request to quote', async () => {
  const problem = {
    type: 'about:blank',
    title: 'Service Unavailable',
    status: 503,
    detail: 'No ids',
    requestId: 'r1',
  };
  await expect(refusal(json(problem, 503, { 'content-type': 'application/problem+json' }))).resolves.toEqual({
    status: 503,
    by: 'api',
    reason: 'No ids',
    requestId: 'r1',
    retryAfterSeconds: undefined,
  });
});

test("API Gateway's own errors give their message", async () => {
  const answer = json({ message: 'Too Many Requests' }, 429, {
    'retry-after': '7',
    'x-amzn-requestid': 'r2',
  });
  await expect(refusal(answer)).resolves.toEqual({
    status: 429,
    by: 'gateway',
    reason: 'Too Many Requests',
    requestId: 'r2',
    retryAfterSeconds: 7,
  });
});

test.each([
  ['a page', new Response('<html>', { status: 502, headers: { 'content-type': 'text/html' } })],
  ['an empty answer', new Response(null, { status: 502 })],
  ['JSON that says nothing', json(null, 502)],
  ['a message that is no text', json({ message: { text: 'x' } }, 502)],
  ['a problem that is none', json({ title: 7 }, 502, { 'content-type': 'application/problem+json' })],
])('%s still tells its status', async (_, answer) => {
  await expect(refusal(answer)).resolves.toMatchObject({ status: 502, by: 'unknown', reason: undefined });
});

test('a network that is down is told', async () => {
  const { api } = access(() => {
    throw new TypeError('Failed to fetch');
  });
  await expect(get(api)).rejects.toThrow(ApiUnreachableError);
});

test('an answer that does not come is not waited for', async () => {
  const { api } = access(() => json({}), {
    timeoutMs: 1,
    request: (_, init) => new Promise((_, reject) => init?.signal?.addEventListener('abort', reject)),
  });
  await expect(get(api)).rejects.toThrow(ApiTimeoutError);
});

test('success that is not JSON is told apart from a network that is down', async () => {
  const { api } = access(() => new Response('<html>'));
  await expect(get(api)).rejects.toMatchObject({
    code: 'ERR_UNEXPECTED_ANSWER',
  });
});

test('a body is sent as JSON', async () => {
  const { api, requests } = access(() => json({ ...greeting, greetedAt: '2026-11-22T14:00:00.000Z' }, 201));
  await askApi(api, makeGreeting, { body: { name: 'Ada' } }, signal);
  expect(requests[0]?.method).toBe('POST');
  expect(requests[0]?.headers.get('content-type')).toBe('application/json');
  await expect(requests[0]?.json()).resolves.toEqual({ name: 'Ada' });
});

test('success without a body is success', async () => {
  const { api, requests } = access(() => new Response(null, { status: 204 }));
  await askApi(api, deleteGreeting, { params: { id: 9 } }, signal);
  expect(requests[0]?.method).toBe('DELETE');
  expect(requests[0]?.url).toBe('https://site.example/api/greetings/9');
});

test('an answer that is not what was promised is told', async () => {
  const { api } = access(() => json({ id: 'nine', content: '<b>Hello</b>' }));
  await expect(get(api)).rejects.toMatchObject({ code: 'ERR_UNEXPECTED_ANSWER' });
});

test('without a token that should be there nothing is sent', async () => {
  const { api, requests } = access(() => json({}), {
    accessToken: () => Promise.reject(new Error('invalid_grant')),
  });
  await expect(get(api)).rejects.toThrow(NoAccessTokenError);
  expect(requests).toEqual([]);
});
