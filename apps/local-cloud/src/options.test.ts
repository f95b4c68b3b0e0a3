import path from 'node:path';
import { expect, test } from 'vitest';
import { helpText, readOptions } from './options';

test('a flag beats its environment twin, which beats the default', () => {
  const environment = { LOCAL_CLOUD_PORT: '5000', LOCAL_CLOUD_CONSOLE_PORT: '5003' };
  expect(readOptions(['--port', '0'], environment)).toMatchObject({
    port: 0,
    consolePort: 5003,
    cognitoPort: 4301,
  });
});

test('given file names are relative to the current directory', () => {
  expect(readOptions(['--assembly', 'x/cdk.out'], {})).toMatchObject({ assembly: path.resolve('x/cdk.out') });
});

test('every fault is named at once, with the value and where it came from', () => {
  const environment = { LOCAL_CLOUD_COGNITO_PORT: 'many' };
  const read = (): unknown => readOptions(['--port', '70000', '--colour', 'red', '--region'], environment);
  expect(read).toThrowError(/--port must be a port.*"70000"/);
  expect(read).toThrowError(/LOCAL_CLOUD_COGNITO_PORT must be a port.*"many"/);
  expect(read).toThrowError(/--colour is no flag; there are --assembly/);
  expect(read).toThrowError(/--region needs a value/);
});

test.each(['localhost:4200', 'http://localhost:4200/', 'ftp://x', ''])('%j is no origin', (origin) => {
  expect(() => readOptions(['--dev-origin', origin], {})).toThrowError(/--dev-origin must be an origin/);
});

test('the help names every flag with its environment twin', () => {
  expect(readOptions(['--help', '--nonsense'], {})).toBe('help');
  expect(helpText()).toContain('LOCAL_CLOUD_API_GATEWAY_PORT');
});
