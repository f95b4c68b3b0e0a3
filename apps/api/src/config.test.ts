import { expect, test } from 'vitest';
import { readConfig } from './config';

test('an empty environment gives the defaults', () => {
  expect(readConfig({})).toEqual({ port: 8080, host: '0.0.0.0', logLevel: 'info' });
});

test('port 0 asks for any free port', () => {
  expect(readConfig({ PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'warn' })).toEqual({
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

test('all faults are told at once', () => {
  expect(() => readConfig({ PORT: 'http', HOST: ' ', LOG_LEVEL: 'loud' })).toThrow(
    /PORT is "http"[^]*HOST is " "[^]*LOG_LEVEL is "loud": give one of fatal, error/,
  );
});
