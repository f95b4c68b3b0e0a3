import { createServer, get, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { logRequest, SAMPLE_URLS, sampleControls, sampleTopology } from '../../test/console-sample';
import { callDirectly } from '../http/direct-call';
import { HeaderList } from '../http/header-list';
import type { RequestHandler } from '../http/message';
import { readAtMost } from '../http/read-at-most';
import { ContainerLog } from './container-log';
import { type Console, createConsole } from './handler';
import { RequestLog } from './request-log';
import { activeSwitches, type SwitchesState } from './switches';

const running: { close(): unknown }[] = [];

afterEach(() => {
  for (const one of running.splice(0).reverse()) one.close();
});

const topology = sampleTopology();

/** A request that an endpoint received. */
type Received = Record<'method' | 'path' | 'query' | 'body', string> & { headers: Record<string, string> };

/** An endpoint that stores what it receives. */
const storing =
  (received: Received[]): RequestHandler =>
  async ({ method, path, query, headers, body }) => {
    const sent = body ? await readAtMost(body, 1_000) : '';
    received.push({ method, path, query, headers: Object.fromEntries(headers), body: String(sent) });
    return { status: 200, headers: new HeaderList(), body: Readable.from([Buffer.from('ok')]) };
  };

async function startConsole() {
  const received: Received[] = [];
  const controls = sampleControls();
  const requests = new RequestLog(() => ({
    switches: activeSwitches(controls).map(({ label }) => label),
    clockOffsetMs: controls.clock.offsetMs,
  }));
  const containers = new ContainerLog();
  const server: Server = createServer((request, response) => console.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const console: Console = createConsole({
    port,
    shown: () => ({ topology, urls: SAMPLE_URLS }),
    requests,
    containers,
    controls,
    tokens: () => ({
      users: () => [{ sub: 'sub-ada', name: 'ada' }],
      issue: ({ sub, use, isExpired }) =>
        Promise.resolve(sub === 'sub-ada' ? `${isExpired ? 'expired-' : ''}${use}-token` : undefined),
    }),
    send: async ({ via, owner }, outgoing) => {
      const { request, answer } = await callDirectly(storing(received), outgoing);
      return owner === 'Site' ? requests.add(via, request, answer, owner) : undefined;
    },
  });
  running.push({ close: () => server.close() }, { close: () => server.closeAllConnections() }, console);
  const url = `http://localhost:${port}`;
  const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, {
      method,
      headers: { 'Content-Type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  return { controls, requests, containers, console, url, port, send, received };
}

/** With headers that `fetch` does not let a program set. */
function statusOf(
  port: number,
  path: string,
  method: string,
  headers: Record<string, string>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    httpRequest({ port, host: '127.0.0.1', path, method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end(method === 'GET' ? undefined : '{}');
  });
}

/** Collects the events of a stream until it ends. */
function listen(url: string) {
  const events: { type: string; data: never }[] = [];
  let ended = false;
  const request = get(`${url}/events`, (response) => {
    let rest = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      const blocks = `${rest}${chunk}`.split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const [, type, data] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
        if (type !== undefined && data !== undefined) events.push({ type, data: JSON.parse(data) as never });
      }
    });
    response.on('close', () => (ended = true));
  });
  running.push({ close: () => request.destroy() });
  return { events, isEnded: () => ended, leave: () => request.destroy() };
}

test('the page and every file that it references are served, under a policy that allows nothing else', async () => {
  const { url } = await startConsole();
  const page = await fetch(url);
  expect(page.headers.get('content-security-policy')).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  expect(page.headers.get('cache-control')).toBe('no-store');
  expect(page.headers.get('access-control-allow-origin')).toBeNull();
  const text = await page.text();
  expect(text).not.toMatch(/<script(?![^>]*src="\/assets\/)|\son\w+=|style="/);
  const references = [...text.matchAll(/(?:src|href)="(\/[^"]*\.\w+)"/g)].map(([, name = '']) => name);
  const types = await Promise.all(
    references.map(async (name) => (await fetch(`${url}${name}`)).headers.get('content-type')),
  );
  expect(types.toSorted()).toEqual([
    'image/svg+xml',
    'text/css; charset=utf-8',
    'text/javascript; charset=utf-8',
  ]);
  expect((await fetch(`${url}/assets/../../package.json`)).status).toBe(404);
});

test('the page learns the topology, with the names of every service, and where they answer', async () => {
  const { url } = await startConsole();
  const { events } = listen(url);
  await expect.poll(() => events).toHaveLength(1);
  const snapshot = JSON.stringify(events[0]?.data);
  for (const name of ['CloudFront', 'Authorizer', 'Load balancer', 'ANY /api/{proxy+}', 'things/read']) {
    expect(snapshot).toContain(name);
  }
  expect(events[0]?.data).toMatchObject({
    addresses: [
      { name: 'Site', url: 'http://localhost:4300' },
      { name: 'API', url: 'http://localhost:4302/live' },
      { name: 'Sign-in', url: 'http://localhost:4301' },
    ],
  });
});

test('requests are listed newest first and read by id', async () => {
  const { url, requests } = await startConsole();
  logRequest(requests, '/a?code=secret', 200, []);
  logRequest(requests, '/api/a', 401, [
    ['apigateway', 'authorizer.token-missing', { authorizer: 'users', header: 'Authorization', scopes: [] }],
  ]);
  const list = (await (await fetch(`${url}/requests`)).json()) as { path: string }[];
  expect(list.map(({ path }) => path)).toEqual(['/api/a', '/a']);
  expect(JSON.stringify(list)).not.toContain('secret');
  const opened = await (await fetch(`${url}/requests/2`)).json();
  expect(opened).toMatchObject({ id: 2, status: 401, explanation: { id: 'no-token' } });
  const missing = await fetch(`${url}/requests/99`);
  expect(missing.status).toBe(404);
  expect(await missing.json()).toMatchObject({ error: expect.stringContaining('no request 99') });
});

test('a request includes the container’s log lines', async () => {
  const { url, requests, containers } = await startConsole();
  logRequest(requests, '/api/a', 200, [], { traceIds: ['1-abc'] });
  containers.add('api', '{"level":30,"requestId":"1-abc","msg":"request"}');
  const { logLines } = (await (await fetch(`${url}/requests/1`)).json()) as { logLines: unknown[] };
  expect(logLines).toEqual([
    { container: 'api', level: 'info', message: 'request', fields: { requestId: '1-abc' } },
  ]);
});

test('faults can be read, changed individually, and reset', async () => {
  const { controls, send } = await startConsole();
  const patched = await send('PATCH', '/switches', {
    api: { mode: 'down', delayMs: 250 },
    throttle: { forced: true },
    clock: { offsetMs: 3_600_000 },
  });
  const state = (await patched.json()) as SwitchesState;
  expect(state).toMatchObject({ api: { mode: 'down', delayMs: 250 }, throttle: { forced: true } });
  expect(state.active.map(({ label }) => label)).toEqual([
    'API down',
    'API +250ms',
    'throttled',
    'clock +1h',
  ]);
  expect(controls.faults).toMatchObject({ mode: 'down', delayMs: 250 });
  expect(controls.throttle.forced).toBe(true);
  expect(controls.clock.offsetMs).toBe(3_600_000);

  await send('PATCH', '/switches', { api: { mode: 'failing' } });
  expect(controls.faults).toMatchObject({ mode: 'failing', delayMs: 250 });

  for (const { undo } of state.active) await send('PATCH', '/switches', undo);
  expect(((await (await send('GET', '/switches')).json()) as SwitchesState).active).toEqual([]);

  await send('PATCH', '/switches', { api: { mode: 'down' }, throttle: { forced: true } });
  await send('POST', '/switches/advance-clock', { ms: 1_000 });
  expect(await (await send('POST', '/switches/reset')).json()).toMatchObject({ active: [] });
  expect(controls.faults.mode).toBe('none');
});

test('a clock that is behind explains the effect on the container', async () => {
  const { send } = await startConsole();
  const patched = await send('PATCH', '/switches', { clock: { offsetMs: -7_200_000 } });
  const [clock] = ((await patched.json()) as SwitchesState).active;
  expect(clock?.label).toBe('clock −2h');
  expect(clock?.text).toContain('2h behind. The container uses the system time');
});

test('each action runs and returns a message', async () => {
  const { controls, send } = await startConsole();
  for (const action of ['expire-tokens', 'revoke-tokens', 'rotate-signing-keys', 'reset-users']) {
    const answer = await send('POST', `/switches/${action}`, {});
    expect(answer.status, action).toBe(200);
    expect(await answer.json()).toMatchObject({ message: expect.stringMatching(/\.$/) });
  }
  expect(controls.asked).toEqual(['expireTokens', 'revokeTokens', 'rotateSigningKeys', 'resetUsers']);
  await send('POST', '/switches/advance-clock', { ms: 300_000 });
  expect(controls.clock.offsetMs).toBe(300_000);
  const purged = await (await send('POST', '/switches/purge-cache', { path: '/assets/*' })).json();
  expect(purged).toMatchObject({ message: '0 cached responses purged at /assets/*.', cache: { entries: 0 } });
});

test.each<[name: string, path: string, method: string, body: unknown, status: number, error: string]>([
  ['an unknown switch', '/switches', 'PATCH', { ap: {} }, 400, 'Unrecognized key: "ap"'],
  [
    'an unknown mode',
    '/switches',
    'PATCH',
    { api: { mode: 'off' } },
    400,
    'api.mode: must be normal, down or failing',
  ],
  [
    'a negative delay',
    '/switches',
    'PATCH',
    { api: { delayMs: -1 } },
    400,
    'api.delayMs: must not be negative',
  ],
  ['half a clock', '/switches', 'PATCH', { clock: {} }, 400, 'clock.offsetMs'],
  ['invalid JSON', '/switches', 'PATCH', '{', 400, 'The body is not JSON'],
  ['a relative path', '/switches/purge-cache', 'POST', { path: 'a' }, 400, 'path: must start with a slash'],
  [
    'an unknown action',
    '/switches/explode',
    'POST',
    {},
    404,
    'There is no action explode; there are expire-tokens',
  ],
  ['a large body', '/switches', 'PATCH', `{"x":"${'y'.repeat(70_000)}"}`, 413, 'larger than 65536 bytes'],
  ['an unsupported method', '/switches', 'DELETE', {}, 405, 'does not support DELETE'],
  ['a prototype’s name', '/switches/constructor', 'POST', {}, 404, 'There is no action constructor'],
])('%s is rejected with the reason', async (_, path, method, body, status, error) => {
  const { send, controls } = await startConsole();
  const answer = await send(method, path, body);
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ error: expect.stringContaining(error) });
  expect(activeSwitches(controls)).toEqual([]);
});

test('pages of other origins and hosts can neither read nor change anything', async () => {
  const { port } = await startConsole();
  const host = `localhost:${port}`;
  const json = { 'content-type': 'application/json' };
  const own = `http://${host}`;
  const status = (path: string, method: string, headers: Record<string, string>): Promise<number> =>
    statusOf(port, path, method, { host, ...headers });
  // DNS rebinding
  expect(await statusOf(port, '/', 'GET', { host: 'evil.example' })).toBe(403);
  expect(await statusOf(port, '/switches', 'PATCH', { host: `evil.example:${port}`, ...json })).toBe(403);
  // another origin's script
  expect(await status('/switches', 'PATCH', { origin: 'http://evil.example', ...json })).toBe(403);
  expect(await status('/switches', 'PATCH', { origin: 'http://localhost:4300', ...json })).toBe(403);
  expect(await status('/switches', 'PATCH', { origin: 'null', ...json })).toBe(403);
  expect(await status('/switches', 'PATCH', { 'sec-fetch-site': 'same-site', ...json })).toBe(403);
  expect(await status('/requests', 'GET', { 'sec-fetch-site': 'cross-site' })).toBe(403);
  expect(await status('/events', 'GET', { origin: 'http://localhost:4300' })).toBe(403);
  expect(await status('/switches/reset', 'POST', { 'content-type': 'text/plain' })).toBe(415);
  // a link to the page, the page itself, and programs
  expect(await status('/', 'GET', { 'sec-fetch-site': 'cross-site' })).toBe(200);
  expect(await status('/switches', 'PATCH', { origin: own, 'sec-fetch-site': 'same-origin', ...json })).toBe(
    200,
  );
  expect(await status('/switches', 'PATCH', json)).toBe(200);
  for (const name of ['127.0.0.1', '[::1]']) {
    expect(await statusOf(port, '/requests', 'GET', { host: `${name}:${port}` })).toBe(200);
  }
});

test('a page that listens gets everything at once, then what happens', async () => {
  const { url, requests, send, console } = await startConsole();
  logRequest(requests, '/before', 200, []);
  const { events } = listen(url);
  await expect.poll(() => events).toHaveLength(1);
  expect(events[0]).toMatchObject({
    type: 'snapshot',
    data: { requests: [{ path: '/before' }], switches: { active: [] } },
  });
  logRequest(requests, '/one', 200, []);
  logRequest(requests, '/two', 404, []);
  await expect.poll(() => events).toHaveLength(2);
  expect(events[1]).toMatchObject({ type: 'requests', data: [{ path: '/one' }, { path: '/two' }] });
  await send('PATCH', '/switches', { throttle: { forced: true } });
  await send('DELETE', '/requests');
  console.templateChanged();
  await expect.poll(() => events).toHaveLength(5);
  expect(events.slice(2).map(({ type }) => type)).toEqual(['switches', 'cleared', 'template']);
  expect(requests.latest()).toEqual([]);
});

test('the number of listening pages is bounded, and a page that leaves makes room', async () => {
  const { url } = await startConsole();
  const pages = Array.from({ length: 16 }, () => listen(url));
  await expect.poll(() => pages.every(({ events }) => events.length === 1)).toBe(true);
  expect((await fetch(`${url}/events`)).status).toBe(503);
  pages[0]?.leave();
  const listenAgain = async () => {
    const answer = await fetch(`${url}/events`);
    await answer.body?.cancel();
    return answer.status;
  };
  await expect.poll(listenAgain).toBe(200);
});

test('a target that is no path is not found, and a HEAD does not listen', async () => {
  const { port, url } = await startConsole();
  const host = `localhost:${port}`;
  for (const target of [
    '//',
    '/%',
    '/../..',
    'http://evil.example/',
    '/requests/1/2',
    '/requests/__proto__',
  ]) {
    expect(await statusOf(port, target, 'GET', { host }), target).toBe(404);
  }
  const answer = await fetch(`${url}/events`, { method: 'HEAD' });
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  expect(await answer.text()).toBe('');
});

test('closing ends the streams', async () => {
  const { url, console } = await startConsole();
  const page = listen(url);
  await expect.poll(() => page.events).toHaveLength(1);
  console.close();
  await expect.poll(() => page.isEnded()).toBe(true);
});

/** A console with a logged request, and a function that sends it again and returns what the API received. */
async function startWithRequest(
  ...logged: Parameters<typeof logRequest> extends [unknown, ...infer Rest] ? Rest : never
) {
  const started = await startConsole();
  const [target, status, hops, change] = logged;
  logRequest(started.requests, target, status, hops, { owner: 'Site', ...change });
  const resend = async (changes: object): Promise<unknown> => {
    const response = await started.send('POST', '/requests/1', changes);
    const { error } = (await response.json()) as { error?: string };
    return response.ok ? started.received.at(-1) : { status: response.status, error };
  };
  return { ...started, resend };
}

test('a request is sent again with a new token of its user, without cookies', async () => {
  const { resend, requests } = await startWithRequest(
    '/api/a',
    401,
    [
      [
        'apigateway',
        'authorizer.token-expired',
        { authorizer: 'users', header: 'Authorization', scopes: [], expiredSecondsAgo: 1 },
        { token: { header: {}, claims: { token_use: 'access', sub: 'sub-ada' } } },
      ],
    ],
    {
      headers: [
        ['X-A', '1'],
        ['Authorization', 'Bearer old'],
        ['Cookie', 'sid=1'],
      ],
    },
  );
  expect(await resend({})).toMatchObject({
    method: 'GET',
    path: '/api/a',
    headers: { Host: 'localhost:4300', 'X-A': '1', Authorization: 'Bearer access-token' },
  });
  expect(JSON.stringify(requests.latest()[0])).not.toContain('access-token');
  expect(await resend({ token: null })).not.toHaveProperty('headers.Authorization');
  expect(await resend({ token: { sub: 'sub-ada', use: 'id', isExpired: true } })).toMatchObject({
    headers: { Authorization: 'Bearer expired-id-token' },
  });
  expect(await resend({})).not.toHaveProperty('headers.Cookie');
});

test('a request with a token that names no user is not sent again without one', async () => {
  const headers: [string, string][] = [['Authorization', 'Bearer none']];
  const { resend } = await startWithRequest('/api/a', 401, [], { headers });
  expect(await resend({})).toEqual({ status: 400, error: expect.stringContaining('names no user') });
  expect(await resend({ token: null })).toMatchObject({ path: '/api/a' });
});

test('a request is sent again with another method, target, headers and body', async () => {
  const { resend } = await startWithRequest('/api/a?x=1', 200, [], { method: 'POST', body: '{"a":1}' });
  expect(await resend({ target: '/api/a?x=2' })).toMatchObject({
    method: 'POST',
    query: 'x=2',
    body: '{"a":1}',
  });
  const changes = { method: 'PUT', target: '/api/b', headers: [['X-B', '2']], body: 'new', token: null };
  expect(await resend(changes)).toEqual({
    method: 'PUT',
    path: '/api/b',
    query: '',
    headers: { Host: 'localhost:4300', 'X-B': '2', 'Content-Length': '3' },
    body: 'new',
  });
});

test.each([
  ['another host', { target: 'http://example.com/' }, 400, 'target'],
  ['a header with a line break', { target: '/', headers: [['a', 'b\r\nc: d']] }, 400, 'header field'],
  ['an unknown user', { target: '/', token: { sub: 'x', use: 'id', isExpired: false } }, 400, 'no user'],
  ['no values of the query', {}, 400, 'Values of the query are not stored'],
  ['an unknown change', { target: '/', host: 'x' }, 400, 'host'],
])('a request is not sent again with %s', async (_case, changes, status, error) => {
  const { resend, requests } = await startWithRequest('/api/a?x=1', 200, []);
  expect(await resend(changes)).toEqual({ status, error: expect.stringContaining(error) });
  expect(requests.latest()).toHaveLength(1);
});

test('a request to sign-in, or to an endpoint that is gone, is not sent again', async () => {
  const { send, requests } = await startConsole();
  logRequest(requests, '/login', 200, [], { via: 'sign-in' });
  logRequest(requests, '/', 200, [], { owner: 'Gone' });
  for (const id of [1, 2]) expect((await send('POST', `/requests/${id}`, {})).status).toBe(409);
  expect((await send('POST', '/requests/1', {}, { origin: 'http://localhost:4300' })).status).toBe(403);
});

test('the console lists the users that it can sign tokens for', async () => {
  const { url } = await startConsole();
  expect(await (await fetch(`${url}/users`)).json()).toEqual([{ sub: 'sub-ada', name: 'ada' }]);
});

test('requests are exported as a HAR file, which can be imported', async () => {
  const { url, requests, send } = await startConsole();
  logRequest(requests, '/a', 200, [], { owner: 'Site' });
  const file = await (await fetch(`${url}/har`)).text();
  const imported = (await (await send('POST', '/har', file)).json()) as object[];
  expect(imported).toMatchObject([{ id: -1, path: '/a', status: 200, origin: 'http://localhost:4300' }]);
  const refused = await send('POST', '/har', '{}');
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ error: expect.stringContaining('Not a HAR file') });
});
