import { expect, test } from 'vitest';
import {
  cookieNames,
  queryNames,
  redactDeep,
  redactFact,
  redactHeader,
  redactText,
  withoutQueryValues,
} from './redaction';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const JWT = `${part({ alg: 'RS256', kid: 'k' })}.${part({ sub: 'ada', token_use: 'id' })}.c2lnbmF0dXJl`;

test('a token is taken out of any text, whole, cut off or encrypted', () => {
  expect(redactText(`refused: ${JWT} has expired`)).toBe('refused: (hidden) has expired');
  expect(redactText(`/verify/${JWT}`)).toBe('/verify/(hidden)');
  expect(redactText(JWT.slice(0, 30))).toBe('(hidden)');
  expect(redactText(`${part({ enc: 'A256GCM' })}.a.b.c.d`)).toBe('(hidden)');
});

test('plain sentences, paths and headers stay as they are', () => {
  for (const text of [
    'behavior /api/* matched because /api/greeting fits it',
    'scope greetings/read missing: this is an ID token, the method takes access tokens',
    'max-age=31536000; includeSubDomains',
    "default-src 'none'; script-src 'self'; connect-src 'self' http://localhost:4301",
    'the code of function Spa answered 302',
    'Cognito gave an authorization code',
    'GET /api/greeting 401 1.7 ms',
    'status code: 401, state: ready',
  ]) {
    expect(redactText(text)).toBe(text);
  }
});

test('a query keeps its names and loses its values', () => {
  expect(withoutQueryValues('code=abc&state=x=y&flag')).toBe('code=…&state=…&flag');
  expect(redactText('sent to http://localhost:4300/callback?code=abc&state=xyz with 302')).toBe(
    'sent to http://localhost:4300/callback?code=…&state=… with 302',
  );
  expect(redactText('{"url":"/api/greeting?name=Ada","status":200}')).toBe(
    '{"url":"/api/greeting?name=…","status":200}',
  );
});

test('what stands behind the name of a secret is hidden', () => {
  expect(redactText('{"password":"Correct-horse-1","a":1}')).toBe('{"password":"(hidden)","a":1}');
  expect(redactText('authorization: Bearer abc.def')).toBe('authorization: (hidden)');
  expect(redactText('refresh_token=opaque-value next')).toBe('refresh_token=(hidden) next');
  expect(redactText('code=abc-def&x')).toBe('code=(hidden)&x');
});

test('of a header with credentials only names or the scheme are shown', () => {
  expect(redactHeader('Authorization', 'Bearer abc')).toBe('Bearer (hidden)');
  expect(redactHeader('Authorization', 'abc')).toBe('(hidden)');
  expect(redactHeader('cookie', 'sid=1; theme=dark')).toBe('sid, theme');
  expect(redactHeader('Set-Cookie', 'sid=abc; Path=/; HttpOnly')).toBe('sid=(hidden); Path=/; HttpOnly');
  expect(redactHeader('Location', '/callback?code=abc')).toBe('/callback?code=…');
  expect(redactHeader('Cache-Control', 'max-age=60')).toBe('max-age=60');
});

test('a fact about a query or cookies shows names only', () => {
  expect(redactFact('Query strings forwarded', 'name=Ada, page=2')).toBe('name=…, page=…');
  expect(redactFact('Cache key', '/index.html, br')).toBe('/index.html, br');
});

test('a structure is redacted by its keys and in its texts', () => {
  expect(
    redactDeep({
      req: { url: '/a?b=c', headers: { authorization: 'Bearer x', accept: '*/*' } },
      ids: [JWT, 1],
      code: 'a-b',
    }),
  ).toEqual({
    req: { url: '/a?b=…', headers: { authorization: '(hidden)', accept: '*/*' } },
    ids: ['(hidden)', 1],
    code: '(hidden)',
  });
  expect(redactDeep({ code: 'ECONNREFUSED' })).toEqual({ code: 'ECONNREFUSED' });
});

test('names of parameters and cookies are found once each, and their number is bounded', () => {
  expect(queryNames('')).toEqual([]);
  expect(queryNames('a=1&b&a=2&=x')).toEqual(['a', 'b']);
  expect(queryNames(`${JWT}=1`)).toEqual(['(hidden)']);
  expect(queryNames(Array.from({ length: 99 }, (_, n) => `p${n}=1`).join('&'))).toHaveLength(30);
  expect(cookieNames(undefined)).toEqual([]);
  expect(cookieNames('sid=1; theme=dark; loose')).toEqual(['sid', 'theme']);
});
