import { expect, test } from 'vitest';
import { readConfig } from './config';

const OFF = { TOKEN_VERIFICATION: 'off' };

const TOKENS = {
  TOKEN_ISSUER: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI',
  TOKEN_CLIENT_ID: '1example23456789',
  TOKEN_SCOPE: 'greetings/read',
};

test('an empty environment is refused: without what tokens are verified by, nobody is let in', () => {
  expect(() => readConfig({})).toThrow(
    /TOKEN_ISSUER is not set[^]*TOKEN_CLIENT_ID is not set[^]*TOKEN_SCOPE is not set: give what tokens are verified by, or TOKEN_VERIFICATION=off/,
  );
});

test('who lets everybody in says so, and gets the defaults of all the rest', () => {
  expect(readConfig(OFF)).toEqual({
    port: 8080,
    host: '0.0.0.0',
    logLevel: 'info',
    pathPrefix: '',
    tokens: 'unverified',
    tables: undefined,
    greetingIdBlock: 100,
    metricsNamespace: undefined,
    maxInFlight: 256,
    stopDelayMs: 0,
  });
});

test('what tokens are verified by', () => {
  expect(readConfig(TOKENS).tokens).toEqual({
    issuer: TOKENS.TOKEN_ISSUER,
    clientId: TOKENS.TOKEN_CLIENT_ID,
    scope: TOKENS.TOKEN_SCOPE,
  });
  const local = 'http://localhost:4301/local_1';
  expect(readConfig({ ...TOKENS, TOKEN_ISSUER: local }).tokens).toMatchObject({ issuer: local });
});

test.each([
  ['TOKEN_ISSUER', 'cognito', 'the issuer of access tokens'],
  ['TOKEN_ISSUER', 'file:///etc/passwd', 'the issuer of access tokens'],
  ['TOKEN_ISSUER', 'https://issuer.example/pool/', 'no slash at the end'],
  ['TOKEN_ISSUER', 'https://issuer.example/pool?x', 'no slash at the end, no query'],
  ['TOKEN_CLIENT_ID', '', 'the id of the app client'],
  ['TOKEN_SCOPE', 'openid greetings/read', 'the scope that tokens need'],
  ['TOKEN_VERIFICATION', 'no', 'give on or off'],
  ['METRICS_NAMESPACE', 'AWS/ECS', 'not one of AWS’s own'],
  ['MAX_IN_FLIGHT', '0', 'a whole number from 1 to 100000'],
  ['STOP_DELAY_MS', '20001', 'a whole number from 0 to 20000'],
])('%s is not %j', (variable, value, allowed) => {
  expect(() => readConfig({ ...TOKENS, [variable]: value })).toThrow(allowed);
});

test('verification cannot be off and asked for', () => {
  expect(() => readConfig({ ...TOKENS, ...OFF })).toThrow(
    'TOKEN_ISSUER is set and TOKEN_VERIFICATION is off',
  );
});

test.each([
  ['GREETING_TABLE', 'HISTORY_TABLE'],
  ['HISTORY_TABLE', 'GREETING_TABLE'],
])('%s alone is half a store', (given, missing) => {
  expect(() => readConfig({ ...OFF, [given]: 'things' })).toThrow(`${missing} is not set and ${given} is`);
});

test('port 0 asks for any free port', () => {
  expect(readConfig({ ...OFF, PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'warn' })).toMatchObject({
    port: 0,
    host: '127.0.0.1',
    logLevel: 'warn',
  });
});

test.each(['', 'http', '-1', '8080.5', '65536', '99999', ' 80', '0x50'])('%j is not a port', (port) => {
  expect(() => readConfig({ PORT: port })).toThrow(
    `PORT is ${JSON.stringify(port)}: give a whole number from 0 to 65535`,
  );
});

test('tables, and how many ids are reserved at once', () => {
  const tables = { GREETING_TABLE: 'dev-Greetings_1.x', HISTORY_TABLE: 'history' };
  expect(readConfig({ ...OFF, ...tables, GREETING_ID_BLOCK: '1000' })).toMatchObject({
    tables: { ids: 'dev-Greetings_1.x', history: 'history' },
    greetingIdBlock: 1000,
  });
});

test.each(['', 'ab', 'greetings table', 'x'.repeat(256)])('%j is not a table', (table) => {
  expect(() => readConfig({ GREETING_TABLE: table })).toThrow('give the name of a DynamoDB table');
});

test.each(['', '0', '-1', '1.5', '1e3', '100001', 'many'])('%j is not a block size', (size) => {
  expect(() => readConfig({ GREETING_ID_BLOCK: size })).toThrow(
    `GREETING_ID_BLOCK is ${JSON.stringify(size)}: give a whole number from 1 to 100000`,
  );
});

test('all faults are told at once', () => {
  expect(() => readConfig({ PORT: 'http', HOST: ' ', LOG_LEVEL: 'loud', HISTORY_TABLE: 'history' })).toThrow(
    /PORT is "http"[^]*HOST is " "[^]*LOG_LEVEL is "loud": give one of fatal, error[^]*TOKEN_ISSUER is not set[^]*GREETING_TABLE is not set/,
  );
});

test.each(['dev', '/', '/dev/', '/a/b'])('%j is not the prefix of a stage', (prefix) => {
  expect(() => readConfig({ PATH_PREFIX: prefix })).toThrow(
    'give the prefix of a stage, such as /dev, or nothing',
  );
});
