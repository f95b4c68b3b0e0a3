import { expect, test } from 'vitest';
import {
  callApi,
  GreetingPage,
  SavedGreeting,
  listGreetings,
  Problem,
  type SendToApi,
} from '@spa-on-aws/shared-types';
import { parseResponses, sendRaw } from '../../test/raw-request';
import { openSavedGreetings } from '../../test/history-table';
import { serveApp } from '../../test/serve-app';
import { serveVerifyingApp } from '../../test/verifying-app';
import { storeUnavailable } from '../errors';

const [ADA, BOB] = ['user-ada', 'user-bob'];

const post = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

test('greetings are listed only for the user who created them', async () => {
  const { callAs } = await serveVerifyingApp({ savedGreetings: await openSavedGreetings() });
  const greeting = SavedGreeting.parse(
    await (await callAs(ADA, '/api/greetings', post({ name: 'Ada' }))).json(),
  );
  await callAs(BOB, '/api/greetings', post({ name: 'Bob' }));
  const page = GreetingPage.parse(await (await callAs(ADA, '/api/greetings')).json());
  expect(page).toEqual({ items: [greeting] });
});

test('POST /api/greetings creates a greeting and returns its time', async () => {
  const { callAs } = await serveVerifyingApp({ savedGreetings: await openSavedGreetings() });
  const before = new Date().toISOString();
  const response = await callAs(ADA, '/api/greetings', post({ name: '  Ada ' }));
  expect(response.status).toBe(201);
  const created = SavedGreeting.parse(await response.json());
  expect(created.content).toBe('Hello, Ada!');
  expect(created.greetedAt >= before).toBe(true);
  expect(await (await callAs(ADA, '/api/greetings')).json()).toEqual({ items: [created] });
});

test('DELETE responds in the same way for the greeting of another user as for a missing one', async () => {
  const { callAs } = await serveVerifyingApp({ savedGreetings: await openSavedGreetings() });
  const { id } = (await (await callAs(ADA, '/api/greetings', post({}))).json()) as { id: number };
  const remove = (sub: string, which: number | string) =>
    callAs(sub, `/api/greetings/${which}`, { method: 'DELETE' });
  const otherUsers = await remove(BOB, id);
  const missing = await remove(BOB, 4_711);
  expect([otherUsers.status, missing.status]).toEqual([404, 404]);
  const withoutIds = async (response: Response) => {
    const { type, title, status, detail } = Problem.parse(await response.json());
    return { type, title, status, detail, headers: [...response.headers.keys()] };
  };
  expect(await withoutIds(otherUsers)).toEqual(await withoutIds(missing));
  const own = await remove(ADA, id);
  expect([own.status, await own.text()]).toEqual([204, '']);
  expect((await remove(ADA, id)).status).toBe(404);
});

test.each(['0', '-1', '1.5', 'nine', '%31%00', '9007199254740992', '__proto__', 'constructor'])(
  'DELETE returns 404 for the id %s',
  async (id) => {
    const { url } = await serveApp({ savedGreetings: await openSavedGreetings() });
    expect((await fetch(`${url}/api/greetings/${id}`, { method: 'DELETE' })).status).toBe(404);
  },
);

test('a path parameter that cannot be decoded returns 400', async () => {
  const { url } = await serveApp({ savedGreetings: await openSavedGreetings() });
  const response = await fetch(`${url}/api/greetings/%zz`, { method: 'DELETE' });
  expect(response.status).toBe(400);
  expect(Problem.parse(await response.json()).detail).toBe('The URL is not valid');
});

test('the typed client lists all greetings page by page, each once, newest first', async () => {
  const { url } = await serveApp({ savedGreetings: await openSavedGreetings() });
  for (let i = 0; i < 7; i += 1) await fetch(`${url}/api/greetings`, post({}));
  const send: SendToApi = async ({ method, path }) => (await fetch(url + path, { method })).json();
  const seen: number[] = [];
  let next: string | undefined;
  do {
    const page = await callApi(send, listGreetings, { query: { limit: 3, ...(next ? { next } : {}) } });
    seen.push(...page.items.map(({ id }) => id));
    next = page.next;
  } while (next !== undefined);
  expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1]);
});

test("the position of one user's greeting lists only the greetings of the user who sends it", async () => {
  const { callAs } = await serveVerifyingApp({ savedGreetings: await openSavedGreetings() });
  for (let i = 0; i < 3; i += 1) await callAs(ADA, '/api/greetings', post({}));
  const { next } = GreetingPage.parse(await (await callAs(ADA, '/api/greetings?limit=1')).json());
  expect(await (await callAs(BOB, `/api/greetings?next=${encodeURIComponent(String(next))}`)).json()).toEqual(
    { items: [] },
  );
});

test.each([
  ['limit=0', '"limit"'],
  ['limit=101', '"limit"'],
  ['limit=ten', '"limit"'],
  ['limit=1&limit=2', '"limit"'],
  ['next=', '"next"'],
  ['next=AAAA', '"next"'],
  ['next=2026-01-01T00:00:00.000Z%231', '"next"'],
  ['sub=user-bob', '"sub"'],
  ['__proto__=x', '"__proto__"'],
  [`${'x'.repeat(500)}=1`, '"xxxxx'],
])('GET /api/greetings rejects the query %s, naming the parameter', async (query, named) => {
  const { url } = await serveApp({ savedGreetings: await openSavedGreetings() });
  const response = await fetch(`${url}/api/greetings?${query}`);
  expect(response.status).toBe(400);
  const { detail } = Problem.parse(await response.json());
  expect(detail).toMatch(new RegExp(`^Query.*${named}`));
  expect(detail?.length).toBeLessThanOrEqual(200);
});

test.each([
  ['no body', { method: 'POST' }, 415],
  ['a form', { method: 'POST', body: new URLSearchParams({ name: 'Ada' }) }, 415],
  ['text', { method: 'POST', body: '{"name":"Ada"}' }, 415],
  [
    'JSON in another charset',
    { ...post({}), headers: { 'content-type': 'application/json; charset=iso-8859-1' } },
    415,
  ],
  [
    'compressed JSON that is not compressed',
    { ...post({}), headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } },
    400,
  ],
  ['malformed JSON', { ...post({}), body: '{"name":' }, 400],
  ['a list', post(['Ada']), 400],
  ['null', post(null), 400],
  ['a number', post(7), 400],
  ['a name that is not a string', post({ name: 7 }), 400],
  ['a name that is too long', post({ name: 'x'.repeat(101) }), 400],
  ['an unknown property', post({ name: 'Ada', sub: 'user-bob' }), 400],
  ['__proto__', { ...post({}), body: '{"__proto__":{"name":"Ada"}}' }, 400],
  ['constructor', { ...post({}), body: '{"constructor":{"prototype":{"isAdmin":true}}}' }, 400],
  ['JSON with 8,000 levels', { ...post({}), body: `${'['.repeat(8_000)}${']'.repeat(8_000)}` }, 400],
  ['a body that is too large', post({ name: 'x'.repeat(20_000) }), 413],
])('POST /api/greetings rejects %s', async (_, init, status) => {
  const { url } = await serveApp({ savedGreetings: await openSavedGreetings() });
  const response = await fetch(`${url}/api/greetings`, init as RequestInit);
  expect(response.status).toBe(status);
  Problem.parse(await response.json());
  expect(await (await fetch(`${url}/api/greetings`)).json()).toEqual({ items: [] });
  expect({}).not.toHaveProperty('isAdmin');
});

test('the size limit applies to chunked bodies', async () => {
  const { port } = await serveApp({ savedGreetings: await openSavedGreetings() });
  const head = `POST /api/greetings HTTP/1.1\r\nHost: api\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const chunk = `1000\r\n${'x'.repeat(0x1000)}\r\n`;
  const [response] = parseResponses(await sendRaw(port, `${head}${chunk.repeat(8)}0\r\n\r\n`));
  expect(response?.status).toBe(413);
});

test('the server survives a truncated body', async () => {
  const { port, url } = await serveApp({ savedGreetings: await openSavedGreetings() });
  const head = `POST /api/greetings HTTP/1.1\r\nHost: api\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`;
  await sendRaw(port, head);
  expect((await fetch(`${url}/health`)).status).toBe(200);
});

test('POST /api/greetings returns 503 with Retry-After while the table is down, and logs the cause', async () => {
  const savedGreetings = await openSavedGreetings();
  savedGreetings.save = async () => storeUnavailable(new Error('ETIMEDOUT'));
  const { url, log } = await serveApp({ savedGreetings });
  const response = await fetch(`${url}/api/greetings`, post({}));
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
  await expect.poll(() => log).toHaveLength(1);
  expect(log[0]).toMatchObject({ err: { code: 'ERR_STORE_UNAVAILABLE', cause: { message: 'ETIMEDOUT' } } });
});

test('GET /api/greeting saves nothing', async () => {
  const { url } = await serveApp({ savedGreetings: await openSavedGreetings() });
  await fetch(`${url}/api/greeting`);
  expect(await (await fetch(`${url}/api/greetings`)).json()).toEqual({ items: [] });
});

test('without a table, the paths of saved greetings do not exist', async () => {
  const { url } = await serveApp();
  expect((await fetch(`${url}/api/greetings`)).status).toBe(404);
  expect((await fetch(`${url}/api/greetings`, post({}))).status).toBe(404);
});
