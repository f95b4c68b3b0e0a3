import { expect, test } from 'vitest';
import { RuntimeConfig } from './runtime-config';

const config: RuntimeConfig = {
  schemaVersion: 1,
  issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI',
  cognitoDomain: 'https://example.auth.eu-west-1.amazoncognito.com',
  clientId: '1example23456789',
  scopes: ['openid', 'greetings/read'],
};

test('RuntimeConfig accepts a published configuration', () => {
  expect(RuntimeConfig.parse(config)).toEqual(config);
});

test('RuntimeConfig accepts localhost URLs, as the local cloud publishes them', () => {
  expect(RuntimeConfig.safeParse({ ...config, issuer: 'http://localhost:4301/local_1' }).success).toBe(true);
});

test.each([
  ['another schema version', { schemaVersion: 2 }],
  ['an issuer that is not a URL', { issuer: 'cognito' }],
  ['an issuer with the javascript: scheme', { issuer: 'javascript:alert(1)' }],
  ['an empty client ID', { clientId: '' }],
  ['an empty list of scopes', { scopes: [] }],
])('RuntimeConfig rejects %s', (_, change) => {
  expect(RuntimeConfig.safeParse({ ...config, ...change }).success).toBe(false);
});
