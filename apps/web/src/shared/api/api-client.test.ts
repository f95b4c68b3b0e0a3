import { Problem } from '@spa-on-aws/shared-types';
import { userWith } from '../../../test/user';
import { beforeEach, expect, test, vi } from 'vitest';
import { json } from '../../../test/json';
import { ApiStatusError, ApiTimeoutError, ApiUnreachableError, NoAccessTokenError } from './errors';
import { type ApiOperation, callOperation } from './api-client';
import type { Api } from './api-context';

const { signal } = new AbortController();
/** Operations about reports, which have the schema of problem details. */
const report: Problem = { type: 'about:blank', title: 'Ink', status: 404 };
const getReport = {
  id: 'getReport',
  method: 'GET',
  path: '/api/report',
  summary: 'Returns a report',
  access: 'signed-in',
  query: Problem,
  status: 200,
  response: Problem,
} as const satisfies ApiOperation;
const api: Api = { accessToken: async () => 'token-1', signinSilent: async () => null };

beforeEach(() => void vi.stubGlobal('window', { location: new URL('https://site.example/') }));

/** Calls `getReport`, optionally at another path. */
function get(access = api, path: ApiOperation['path'] = getReport.path) {
  return callOperation(access, { ...getReport, path }, {}, signal);
}

/** Replaces `fetch` and returns the requests that were sent. */
function fakeRequests(respond: () => Response | Promise<Response>): Request[] {
  const requests: Request[] = [];
  vi.stubGlobal('fetch', async (input: string, init?: RequestInit) => {
    requests.push(new Request(input, init));
    return respond();
  });
  return requests;
}

async function errorDetails(response: Response) {
  fakeRequests(() => response);
  const error: unknown = await get().catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ApiStatusError);
  return (error as ApiStatusError).details;
}

test('callOperation sends the access token and no cookies (OC-09)', async () => {
  const requests = fakeRequests(() => json(report));
  await expect(callOperation(api, getReport, { query: { title: 'Ink' } }, signal)).resolves.toEqual(report);
  expect(requests[0]?.url).toBe('https://site.example/api/report?title=Ink');
  expect(requests[0]?.headers.get('authorization')).toBe('Bearer token-1');
  expect(requests[0]?.credentials).toBe('omit');
  expect(requests[0]?.redirect).toBe('error');
});

test('callOperation sends the request without a token when the user is signed out', async () => {
  const requests = fakeRequests(() => json(report));
  await get({ ...api, accessToken: async () => undefined });
  expect(requests[0]?.headers.has('authorization')).toBe(false);
});

test.each([
  'https://evil.example/api/report',
  '//evil.example/api/report',
  '/api/../config.json',
  '/api/%2e%2e/config.json',
  '/api/..\\config.json',
  '/apiary',
  '/',
])('callOperation sends nothing to %s', async (path) => {
  const requests = fakeRequests(() => json({}));
  await expect(get(api, path as ApiOperation['path'])).rejects.toMatchObject({ code: 'ERR_NOT_AN_API_PATH' });
  expect(requests).toEqual([]);
});

test('ApiOperation does not accept a URL of another origin', () => {
  const path: ApiOperation['path'] = '/api/report';
  // @ts-expect-error not a path of the API
  const foreign: ApiOperation['path'] = 'https://evil.example/api/report';
  expect(path).not.toBe(foreign);
});

test('error details have the reason and the request ID of problem details', async () => {
  const problem = {
    type: 'about:blank',
    title: 'Service Unavailable',
    status: 503,
    detail: 'No IDs',
    requestId: 'r1',
  };
  const response = json(problem, 503, { 'content-type': 'application/problem+json' });
  await expect(errorDetails(response)).resolves.toEqual({
    status: 503,
    source: 'api',
    reason: 'No IDs',
    requestId: 'r1',
    retryAfterSeconds: undefined,
  });
});

test('error details have the message and the request ID of an API Gateway error', async () => {
  const response = json({ message: 'Too Many Requests' }, 429, {
    'retry-after': '7',
    'x-amzn-requestid': 'r2',
  });
  await expect(errorDetails(response)).resolves.toEqual({
    status: 429,
    source: 'gateway',
    reason: 'Too Many Requests',
    requestId: 'r2',
    retryAfterSeconds: 7,
  });
});

test.each([
  ['HTML', new Response('<html>', { status: 502, headers: { 'content-type': 'text/html' } })],
  ['empty', new Response(null, { status: 502 })],
  ['JSON null', json(null, 502)],
  ['JSON with a message that is not a string', json({ message: { text: 'x' } }, 502)],
  ['an invalid problem', json({ title: 7 }, 502, { 'content-type': 'application/problem+json' })],
])('error details have the status when the body is %s', async (_, response) => {
  await expect(errorDetails(response)).resolves.toMatchObject({
    status: 502,
    source: 'unknown',
    reason: undefined,
  });
});

test('callOperation throws ApiUnreachableError when the network is down', async () => {
  fakeRequests(() => Promise.reject(new TypeError('Failed to fetch')));
  await expect(get()).rejects.toThrow(ApiUnreachableError);
});

test('callOperation throws ApiTimeoutError when there is no response in time', async () => {
  vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort());
  fakeRequests(() => Promise.reject(new DOMException('The operation timed out.', 'TimeoutError')));
  await expect(get()).rejects.toThrow(ApiTimeoutError);
});

test('callOperation throws UnexpectedResponseError when a success response is not JSON', async () => {
  fakeRequests(() => new Response('<html>'));
  await expect(get()).rejects.toMatchObject({ code: 'ERR_UNEXPECTED_RESPONSE' });
});

test('callOperation sends the body as JSON', async () => {
  const requests = fakeRequests(() => json(report, 201));
  await callOperation(api, { ...getReport, method: 'POST', body: Problem }, { body: report }, signal);
  expect(requests[0]?.method).toBe('POST');
  expect(requests[0]?.headers.get('content-type')).toBe('application/json');
  await expect(requests[0]?.json()).resolves.toEqual(report);
});

test('callOperation accepts a 204 response without a body', async () => {
  const requests = fakeRequests(() => new Response(null, { status: 204 }));
  const deleteReport = {
    id: 'deleteReport',
    method: 'DELETE',
    path: '/api/reports/{title}',
    summary: 'Deletes a report',
    access: 'signed-in',
    params: Problem,
    status: 204,
  } as const satisfies ApiOperation;
  await callOperation(api, deleteReport, { params: report }, signal);
  expect(requests[0]?.method).toBe('DELETE');
  expect(requests[0]?.url).toBe('https://site.example/api/reports/Ink');
});

test('callOperation throws UnexpectedResponseError when the response does not match the schema', async () => {
  fakeRequests(() => json({ ...report, status: 'nine' }));
  await expect(get()).rejects.toMatchObject({ code: 'ERR_UNEXPECTED_RESPONSE' });
});

test('callOperation sends nothing when the session cannot be renewed', async () => {
  const requests = fakeRequests(() => json({}));
  const accessToken = () => Promise.reject(new Error('invalid_grant'));
  await expect(get({ ...api, accessToken })).rejects.toThrow(NoAccessTokenError);
  expect(requests).toEqual([]);
});

test('callOperation renews a token that the API does not accept, and sends the request once more', async () => {
  const signinSilent = vi.fn(async () => userWith({ access_token: 'token-2' }));
  const responses = [json({ message: 'The incoming token has expired' }, 401), json(report)];
  const requests = fakeRequests(() => responses.shift() as Response);
  await expect(get({ ...api, signinSilent })).resolves.toEqual(report);
  expect(requests.map(({ headers }) => headers.get('authorization'))).toEqual([
    'Bearer token-1',
    'Bearer token-2',
  ]);
  expect(signinSilent).toHaveBeenCalledTimes(1);
});

test.each<[string, number, Api['signinSilent']]>([
  ['the renewed token is not accepted either', 2, async () => userWith({ access_token: 'token-2' })],
  ['the user is signed out', 1, async () => null],
  ['the renewal fails', 1, () => Promise.reject(new Error('invalid_grant'))],
])('callOperation throws the 401 of the API when %s', async (_, sent, signinSilent) => {
  const requests = fakeRequests(() => json({ message: 'The incoming token has expired' }, 401));
  await expect(get({ ...api, signinSilent })).rejects.toMatchObject({
    details: { status: 401, reason: 'The incoming token has expired' },
  });
  expect(requests).toHaveLength(sent);
});

test('callOperation renews nothing after a 401 when the user is signed out', async () => {
  const signinSilent = vi.fn(async () => null);
  fakeRequests(() => json({ message: 'Unauthorized' }, 401));
  await expect(get({ accessToken: async () => undefined, signinSilent })).rejects.toThrow(ApiStatusError);
  expect(signinSilent).not.toHaveBeenCalled();
});
