import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { asCurl, asFetch } from './copy-as';
import type { HeaderField } from './message-view';

const HEADERS: HeaderField[] = [
  ['Host', 'localhost:4300'],
  ['Accept', 'application/json'],
  ['Authorization', 'Bearer (hidden)'],
  ['Cookie', 'sid'],
  ['Content-Type', 'application/json'],
  ['Sec-Fetch-Mode', 'cors'],
];

const post = {
  method: 'POST',
  path: '/api/a b',
  queryNames: ['name', 'n'],
  origin: 'http://localhost:4300',
  request: {
    headers: HEADERS,
    body: { type: 'application/json', size: 20, text: '{"text":"it\'s $HOME"}', isComplete: true },
  },
};

/** Arguments that a shell gives to `curl`. */
function shellArguments(command: string): string[] {
  const script = `curl() { printf '%s\\0' "$@"; }\nTOKEN=abc\n${command}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

test('a request copied as curl is sent by a shell with its own headers and body, and a token of the user', () => {
  expect(shellArguments(asCurl(post))).toEqual([
    '-X',
    'POST',
    'http://localhost:4300/api/a b?name=&n=',
    '-H',
    'Accept: application/json',
    '-H',
    'Authorization: Bearer abc',
    '-H',
    'Content-Type: application/json',
    '--data-raw',
    '{"text":"it\'s $HOME"}',
  ]);
});

test('a plain GET copied as curl is the address alone', () => {
  const get = {
    ...post,
    method: 'GET',
    path: '/',
    queryNames: [],
    request: { headers: [], body: undefined },
  };
  expect(asCurl(get)).toBe("curl 'http://localhost:4300/'");
  expect(asFetch(get)).toBe('await fetch("http://localhost:4300/");');
});

test('a request copied as fetch is JavaScript that sends the same', async () => {
  const sent: unknown[] = [];
  const run = new Function('fetch', 'TOKEN', `return (async () => { ${asFetch(post)} })()`) as (
    fetch: (...args: unknown[]) => void,
    token: string,
  ) => Promise<void>;
  await run((...args) => sent.push(...args), 'abc');
  expect(sent).toEqual([
    'http://localhost:4300/api/a b?name=&n=',
    {
      method: 'POST',
      headers: {
        Accept: 'application/json',
        Authorization: 'Bearer abc',
        'Content-Type': 'application/json',
      },
      body: '{"text":"it\'s $HOME"}',
    },
  ]);
});

test('a header cannot run a command of the shell or JavaScript', () => {
  const headers: HeaderField[] = [
    ['X-A', "'; echo hacked; '"],
    ['X-$(id)', 'x'],
    ['X-B', '${1}`(hidden)'],
  ];
  const hostile = { ...post, request: { headers, body: undefined } };
  expect(shellArguments(asCurl(hostile)).slice(4)).toEqual([
    "X-A: '; echo hacked; '",
    '-H',
    'X-$(id): x',
    '-H',
    'X-B: 1',
  ]);
  expect(() => new Function(`async () => { ${asFetch(hostile)} }`)).not.toThrow();
  expect(asFetch(hostile)).toContain('`1${X_B}`');
});
