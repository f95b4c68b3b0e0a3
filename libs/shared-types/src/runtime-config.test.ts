import { expect, test } from 'vitest';
import { RuntimeConfig } from './runtime-config';

const config: RuntimeConfig = {
  schemaVersion: 1,
  issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI',
  cognitoDomain: 'https://example.auth.eu-west-1.amazoncognito.com',
  clientId: '1example23456789',
  scopes: ['openid', 'greetings/read'],
};

test('a published configuration is accepted', () => {
  expect(RuntimeConfig.parse(config)).toEqual(config);
});

test('origins of a machine are accepted: the local cloud publishes them', () => {
  expect(RuntimeConfig.safeParse({ ...config, issuer: 'http://localhost:4301/local_1' }).success).toBe(true);
});

test.each([
  ['another schema version', { schemaVersion: 2 }],
  ['an issuer that is no URL', { issuer: 'cognito' }],
  ['an issuer that would run as script', { issuer: 'javascript:alert(1)' }],
  ['an empty client id', { clientId: '' }],
  ['no scopes', { scopes: [] }],
])('%s is refused', (_, change) => {
  expect(RuntimeConfig.safeParse({ ...config, ...change }).success).toBe(false);
});
