import { expect, test } from 'vitest';
import { createLogger } from './logger';

function logged(log: (logger: ReturnType<typeof createLogger>) => void): string {
  let lines = '';
  log(createLogger('info', { write: (line) => void (lines += line) }));
  return lines;
}

test.each([
  ...['authorization', 'cookie', 'token', 'access_token', 'id_token', 'refresh_token', 'password'],
  ...['headers', 'rawHeaders', 'request', 'req', 'response', 'res', 'body', 'query', 'env'],
])('the logger redacts %s', (name) => {
  const line = logged((logger) => {
    logger.info({ [name]: 'SECRET' }, 'text');
    logger.warn({ [name]: { deeper: { authorization: 'SECRET' } } }, 'object');
  });
  expect(line).not.toContain('SECRET');
  expect(line.match(/\[redacted\]/g)).toHaveLength(2);
});

test('the logger writes only the standard properties of an error and its causes', () => {
  const cause = Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED', address: 'SECRET' });
  const err = Object.assign(new TypeError('failed', { cause }), {
    $response: { headers: 'SECRET' },
    payload: 'SECRET',
  });
  const line = logged((logger) => logger.error({ err }, 'x'));
  expect(line).not.toContain('SECRET');
  expect(JSON.parse(line)).toMatchObject({
    err: {
      type: 'TypeError',
      message: 'failed',
      stack: expect.stringContaining('logger.test'),
      cause: { message: 'connection refused', code: 'ECONNREFUSED' },
    },
  });
});

test('the logger limits the number of causes', () => {
  const err = new Error('circular');
  err.cause = err;
  expect(logged((logger) => logger.error({ err }, 'x')).match(/"circular"/g)).toHaveLength(4);
});

test('the logger writes a thrown value that is not an Error as text', () => {
  expect(JSON.parse(logged((logger) => logger.error({ err: 'thrown' }, 'x')))).toMatchObject({
    err: 'thrown',
  });
});

test('the logger does not write lines below its level', () => {
  expect(logged((logger) => logger.debug('x'))).toBe('');
});
