import { expect, test } from 'vitest';
import { ContainerLog, readLine } from './container-log';

const ID = '1-6740a1b2-0123456789abcdef01234567';

test('the lines of a request are found by its ids, in the order they were written', () => {
  const log = new ContainerLog();
  log.add('api', `{"level":"info","requestId":"${ID}","msg":"request"}`);
  log.add('api', '{"level":"info","requestId":"another","msg":"request"}');
  log.add('api', `plain text about ${ID}`);
  expect(log.linesWith([ID]).map(({ message }) => message)).toEqual(['request', `plain text about ${ID}`]);
  expect(log.linesWith([])).toEqual([]);
  expect(log.linesWith([''])).toEqual([]);
});

test('a line of pino is taken apart, with its level by name', () => {
  const text =
    '{"level":50,"time":"2026-11-22T12:00:00.000Z","msg":"failed","err":{"type":"Error"},"status":500}';
  expect(readLine({ container: 'api', text })).toEqual({
    container: 'api',
    level: 'error',
    message: 'failed',
    fields: { time: '2026-11-22T12:00:00.000Z', err: { type: 'Error' }, status: 500 },
  });
});

test('what is no JSON object stays text, also when it is broken off', () => {
  expect(readLine({ container: 'api', text: '{"level":30,"msg"' }).message).toBe('{"level":30,"msg"');
  expect(readLine({ container: 'api', text: 'listening' }).level).toBeUndefined();
});

test('secrets that a program wrote into its log are not shown', () => {
  const { fields, message } = readLine({
    container: 'api',
    text: '{"msg":"got /cb?code=abc","req":{"headers":{"authorization":"Bearer x"},"query":"a"}}',
  });
  expect(message).toBe('got /cb?code=…');
  expect(JSON.stringify(fields)).not.toContain('Bearer');
});

test('lines are bounded in number and length', () => {
  const log = new ContainerLog();
  log.add('api', `first ${ID}`);
  for (let n = 0; n < 1_000; n += 1) log.add('api', 'noise');
  expect(log.linesWith([ID])).toEqual([]);
  log.add('api', `${ID} ${'x'.repeat(20_000)}`);
  expect(log.linesWith([ID])[0]?.message).toHaveLength(8_192);
});
