import { expect, test } from 'vitest';
import { readConfig } from './config';

const OFF = { TOKEN_VERIFICATION: 'off' };

const TOKENS = {
  TOKEN_ISSUER: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI',
  TOKEN_CLIENT_ID: '1example23456789',
  TOKEN_SCOPE: 'greetings/read',
};

test('readConfig() requires the token variables', () => {
  expect(() => readConfig({})).toThrow(
    /TOKEN_ISSUER is not set[^]*TOKEN_CLIENT_ID is not set[^]*TOKEN_SCOPE is not set: set it, or set TOKEN_VERIFICATION=off/,
  );
});

test('readConfig() needs only TOKEN_VERIFICATION=off; all other variables have defaults', () => {
  expect(readConfig(OFF)).toEqual({
    port: 8080,
    host: '0.0.0.0',
    logLevel: 'info',
    pathPrefix: '',
    tokens: 'unverified',
    tables: {},
    greetingIdBlock: 100,
    stopDelayMs: 0,
  });
});

test('readConfig() reads the expected issuer, client id and scope of tokens', () => {
  expect(readConfig(TOKENS).tokens).toEqual({
    issuer: TOKENS.TOKEN_ISSUER,
    clientId: TOKENS.TOKEN_CLIENT_ID,
    scope: TOKENS.TOKEN_SCOPE,
  });
  const local = 'http://localhost:4301/local_1';
  expect(readConfig({ ...TOKENS, TOKEN_ISSUER: local }).tokens).toMatchObject({ issuer: local });
});

test.each([
  ['TOKEN_ISSUER', 'cognito', 'must be a URL'],
  ['TOKEN_ISSUER', 'file:///etc/passwd', 'must be a URL'],
  ['TOKEN_ISSUER', 'https://issuer.example/pool/', 'without a query or a slash at the end'],
  ['TOKEN_ISSUER', 'https://issuer.example/pool?x', 'without a query or a slash at the end'],
  ['TOKEN_CLIENT_ID', '', 'must be the id of an app client'],
  ['TOKEN_SCOPE', 'openid greetings/read', 'must be one scope'],
  ['TOKEN_VERIFICATION', 'no', 'must be on or off'],
  ['STOP_DELAY_MS', '20001', 'a whole number from 0 to 20000'],
])('readConfig() rejects %s=%j', (variable, value, allowed) => {
  expect(() => readConfig({ ...TOKENS, [variable]: value })).toThrow(allowed);
});

test('readConfig() rejects token variables together with TOKEN_VERIFICATION=off', () => {
  expect(() => readConfig({ ...TOKENS, ...OFF })).toThrow(
    'TOKEN_ISSUER is set, but TOKEN_VERIFICATION is off',
  );
});

test('readConfig() accepts port 0', () => {
  expect(readConfig({ ...OFF, PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'warn' })).toMatchObject({
    port: 0,
    host: '127.0.0.1',
    logLevel: 'warn',
  });
});

test.each(['', 'http', '-1', '8080.5', '65536', '99999', ' 80', '0x50'])(
  'readConfig() rejects the port %j',
  (port) => {
    expect(() => readConfig({ PORT: port })).toThrow(
      `PORT is ${JSON.stringify(port)}: must be a whole number from 0 to 65535`,
    );
  },
);

test('readConfig() reports all problems together', () => {
  expect(() => readConfig({ PORT: 'http', HOST: ' ', LOG_LEVEL: 'loud' })).toThrow(
    /PORT is "http"[^]*HOST is " "[^]*LOG_LEVEL is "loud": must be one of fatal, error[^]*TOKEN_ISSUER is not set/,
  );
});

test.each(['dev', '/', '/dev/', '/a/b'])('readConfig() rejects the path prefix %j', (prefix) => {
  expect(() => readConfig({ PATH_PREFIX: prefix })).toThrow(
    'must be the path prefix of a stage, such as /dev, or empty',
  );
});
