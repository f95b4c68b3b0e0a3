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
])('%s, logged by mistake, is not in the log', (name) => {
  const line = logged((logger) => {
    logger.info({ [name]: 'SECRET' }, 'text');
    logger.warn({ [name]: { deeper: { authorization: 'SECRET' } } }, 'object');
  });
  expect(line).not.toContain('SECRET');
  expect(line.match(/\[redacted\]/g)).toHaveLength(2);
});

test('of an error the log has what says what went wrong, causes included, and nothing that hangs on it', () => {
  const cause = Object.assign(new Error('no road'), { code: 'ECONNREFUSED', address: 'SECRET' });
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
      cause: { message: 'no road', code: 'ECONNREFUSED' },
    },
  });
});

test('an error that is its own cause comes to an end', () => {
  const err = new Error('round');
  err.cause = err;
  expect(logged((logger) => logger.error({ err }, 'x')).match(/"round"/g)).toHaveLength(4);
});

test('what is thrown and is no error is told as text', () => {
  expect(JSON.parse(logged((logger) => logger.error({ err: 'thrown' }, 'x')))).toMatchObject({
    err: 'thrown',
  });
});

test('a line below the level is not written', () => {
  expect(logged((logger) => logger.debug('x'))).toBe('');
});
