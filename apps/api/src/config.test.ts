import { expect, test } from 'vitest';
import { readConfig } from './config';

test('an empty environment gives the defaults', () => {
  expect(readConfig({})).toEqual({
    port: 8080,
    host: '0.0.0.0',
    logLevel: 'info',
    pathPrefix: '',
    greetingTable: undefined,
    greetingIdBlock: 100,
  });
});

test('port 0 asks for any free port', () => {
  expect(readConfig({ PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'warn' })).toMatchObject({
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

test('a table and the size of its blocks', () => {
  expect(readConfig({ GREETING_TABLE: 'dev-Greetings_1.x', GREETING_ID_BLOCK: '1000' })).toMatchObject({
    greetingTable: 'dev-Greetings_1.x',
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
  expect(() => readConfig({ PORT: 'http', HOST: ' ', LOG_LEVEL: 'loud' })).toThrow(
    /PORT is "http"[^]*HOST is " "[^]*LOG_LEVEL is "loud": give one of fatal, error/,
  );
});

test.each(['dev', '/', '/dev/', '/a/b'])('%j is not the prefix of a stage', (prefix) => {
  expect(() => readConfig({ PATH_PREFIX: prefix })).toThrow(
    'give the prefix of a stage, such as /dev, or nothing',
  );
});
