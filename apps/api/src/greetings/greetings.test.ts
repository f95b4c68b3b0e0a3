import { request } from 'node:http';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  callApi,
  Greeting,
  GreetingPage,
  KeptGreeting,
  listGreetings,
  Problem,
  type SendToApi,
} from '@spa-on-aws/shared-types';
import { serveApp } from '../../test/serve-app';
import { serveVerifyingApp } from '../../test/verifying-app';
import { StoreUnavailableError } from '../errors';
import { cursorAfter, readCursor } from './cursor';
import { InMemoryHistory } from './in-memory-history';

const [ADA, BOB] = ['person-ada', 'person-bob'];

const post = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

test('who is greeted finds the greeting again, and nobody else does', async () => {
  const { askAs } = await serveVerifyingApp();
  const greeting = Greeting.parse(await (await askAs(ADA, '/api/greeting?name=Ada')).json());
  await askAs(BOB, '/api/greeting?name=Bob');
  const page = GreetingPage.parse(await (await askAs(ADA, '/api/greetings')).json());
  expect(page).toEqual({ items: [{ ...greeting, greetedAt: expect.any(String) }] });
});

test('a greeting is made by POST too, and says when', async () => {
  const { askAs } = await serveVerifyingApp();
  const before = new Date().toISOString();
  const answer = await askAs(ADA, '/api/greetings', post({ name: '  Ada ' }));
  expect(answer.status).toBe(201);
  const made = KeptGreeting.parse(await answer.json());
  expect(made.content).toBe('Hello, Ada!');
  expect(made.greetedAt >= before).toBe(true);
  expect(await (await askAs(ADA, '/api/greetings')).json()).toEqual({ items: [made] });
});

test('one’s own greeting is deleted; another’s is answered as one that never was', async () => {
  const { askAs } = await serveVerifyingApp();
  const { id } = (await (await askAs(ADA, '/api/greeting')).json()) as { id: number };
  const remove = (sub: string, which: number | string) =>
    askAs(sub, `/api/greetings/${which}`, { method: 'DELETE' });
  const others = await remove(BOB, id);
  const none = await remove(BOB, 4_711);
  expect([others.status, none.status]).toEqual([404, 404]);
  const withoutIds = async (answer: Response) => {
    const { type, title, status, detail } = Problem.parse(await answer.json());
    return { type, title, status, detail, headers: [...answer.headers.keys()] };
  };
  expect(await withoutIds(others)).toEqual(await withoutIds(none));
  const own = await remove(ADA, id);
  expect([own.status, await own.text()]).toEqual([204, '']);
  expect((await remove(ADA, id)).status).toBe(404);
});

test.each(['0', '-1', '01', '1.0', 'nine', '%31%00', '9007199254740992', '__proto__', 'constructor'])(
  'there is no greeting %s',
  async (id) => {
    const { url } = await serveApp();
    expect((await fetch(`${url}/api/greetings/${id}`, { method: 'DELETE' })).status).toBe(404);
  },
);

test('page by page, by the typed client, all are seen once and newest first', async () => {
  const { url } = await serveApp();
  for (let i = 0; i < 7; i += 1) await fetch(`${url}/api/greeting`);
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

test('the way to the next page of one person leads another to their own greetings only', async () => {
  const { askAs } = await serveVerifyingApp();
  for (let i = 0; i < 3; i += 1) await askAs(ADA, '/api/greeting');
  const { next } = GreetingPage.parse(await (await askAs(ADA, '/api/greetings?limit=1')).json());
  expect(await (await askAs(BOB, `/api/greetings?next=${next}`)).json()).toEqual({ items: [] });
});

test.each([
  ['limit=0', '"limit"'],
  ['limit=101', '"limit"'],
  ['limit=ten', '"limit"'],
  ['limit=1&limit=2', '"limit"'],
  ['next=', '"next"'],
  ['next=AAAA', '"next"'],
  [`next=${Buffer.from('2026-13-41T00:00:00.000Z#1').toString('base64url')}`, '"next"'],
  [`next=${Buffer.from('2026-01-01T00:00:00.000Z#0').toString('base64url')}`, '"next"'],
  ['sub=person-bob', '"sub"'],
  ['__proto__=x', '"__proto__"'],
  [`${'x'.repeat(500)}=1`, '"xxxxx'],
])('the query %s is refused, saying what is wrong with it', async (query, named) => {
  const { url } = await serveApp();
  const answer = await fetch(`${url}/api/greetings?${query}`);
  expect(answer.status).toBe(400);
  const { detail } = Problem.parse(await answer.json());
  expect(detail).toContain(`Query parameter ${named}`);
  expect(detail?.length).toBeLessThan(200);
});

test.each([
  ['no body', { method: 'POST' }, 400],
  ['a form', { method: 'POST', body: new URLSearchParams({ name: 'Ada' }) }, 415],
  ['text', { method: 'POST', body: '{"name":"Ada"}' }, 415],
  [
    'JSON of another charset',
    { ...post({}), headers: { 'content-type': 'application/json; charset=iso-8859-1' } },
    415,
  ],
  [
    'compressed JSON',
    { ...post({}), headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } },
    415,
  ],
  ['JSON that is none', { ...post({}), body: '{"name":' }, 400],
  ['a list', post(['Ada']), 400],
  ['null', post(null), 400],
  ['a number', post(7), 400],
  ['a name that is none', post({ name: 7 }), 400],
  ['a name too long', post({ name: 'x'.repeat(101) }), 400],
  ['more than a name', post({ name: 'Ada', sub: 'person-bob' }), 400],
  ['a prototype', { ...post({}), body: '{"__proto__":{"name":"Ada"}}' }, 400],
  ['a constructor', { ...post({}), body: '{"constructor":{"prototype":{"isAdmin":true}}}' }, 400],
  ['JSON nested ten thousand deep', { ...post({}), body: `${'['.repeat(8_000)}${']'.repeat(8_000)}` }, 400],
  ['too much', post({ name: 'x'.repeat(20_000) }), 413],
])('%s makes no greeting', async (_, init, status) => {
  const { url } = await serveApp();
  const answer = await fetch(`${url}/api/greetings`, init as RequestInit);
  expect(answer.status).toBe(status);
  Problem.parse(await answer.json());
  expect(await (await fetch(`${url}/api/greetings`)).json()).toEqual({ items: [] });
  expect({}).not.toHaveProperty('isAdmin');
});

test.each(['GET', 'DELETE'])('%s takes no body', async (method) => {
  const { port } = await serveApp();
  const path = method === 'GET' ? '/api/greetings' : '/api/greetings/1';
  const status = await new Promise((resolve, reject) => {
    const sent = request(
      { port, path, method, headers: { 'content-type': 'application/json', 'content-length': 2 } },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      },
    );
    sent.on('error', reject).end('{}');
  });
  expect(status).toBe(415);
});

test('while the store is down greetings are refused with 503, when to ask again, and the cause in the log', async () => {
  const history = new InMemoryHistory();
  history.keep = () => Promise.reject(new StoreUnavailableError(3_000, { cause: new Error('ETIMEDOUT') }));
  const { url, log } = await serveApp({ history });
  const answer = await fetch(`${url}/api/greeting`);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '3']);
  await expect.poll(() => log).toHaveLength(1);
  expect(log[0]).toMatchObject({ code: 'ERR_STORE_UNAVAILABLE', err: { message: 'ETIMEDOUT' } });
});

test('a cursor leads to where it came from, and any other text is none', () => {
  const moment = fc.date({ min: new Date('2000-01-01'), max: new Date('2999-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(moment, fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (date, id) => {
      const position = { greetedAt: date.toISOString(), id };
      expect(readCursor(cursorAfter(position))).toEqual(position);
    }),
  );
  fc.assert(
    fc.property(fc.base64String(), fc.string(), (base64, text) => {
      for (const next of [base64, text]) expect(() => readCursor(next)).toThrow('"next"');
    }),
  );
});
