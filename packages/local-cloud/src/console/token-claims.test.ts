import { expect, test } from 'vitest';
import { explainToken } from './token-claims';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const at = (minutes: number): number => NOW / 1_000 + minutes * 60;

test('explainToken lists claims with their meaning, important ones first', () => {
  const token = explainToken(
    {
      sub: 'ada',
      iss: 'http://localhost:4301/pool',
      custom: [1],
      exp: at(42),
      scope: 'a/read',
      token_use: 'access',
    },
    NOW,
  );
  expect(token.kind).toBe('Access token');
  expect(token.summary).toBe('expires in 42m, scopes: a/read');
  expect(token.claims.map(({ name }) => name)).toEqual(['token_use', 'scope', 'exp', 'iss', 'sub', 'custom']);
  expect(token.claims.find(({ name }) => name === 'exp')?.value).toBe('2026-11-22T12:42:00Z, expires in 42m');
  expect(token.claims.find(({ name }) => name === 'custom')).toMatchObject({ value: '[1]', meaning: '' });
});

test('explainToken reports an expired ID token', () => {
  const token = explainToken({ token_use: 'id', exp: at(-65), iat: at(-125), aud: 'client' }, NOW);
  expect(token.kind).toBe('ID token');
  expect(token.summary).toBe('expired 1h 5m ago');
  expect(token.claims.find(({ name }) => name === 'iat')?.value).toBe('2026-11-22T09:55:00Z, 2h 5m earlier');
});

test('explainToken accepts any claims', () => {
  const token = explainToken(
    { exp: 'soon', iat: 1e20, nested: { token: 'eyJhbGciOiJSUzI1NiJ9.eyJ4IjoxfQ.c2ln' } },
    NOW,
  );
  expect(token.kind).toBe('Token of unknown type');
  expect(token.summary).toBe('does not expire');
  expect(JSON.stringify(token)).not.toContain('eyJ');
});
