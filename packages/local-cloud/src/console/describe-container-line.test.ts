import { expect, test } from 'vitest';
import { describeContainerLine } from './describe-container-line';

const describe = (line: object | string) =>
  describeContainerLine('api', typeof line === 'string' ? line : JSON.stringify(line));

test.each([
  ["from the API { name: 'Ada' }", "from the API { name: 'Ada' }"],
  ['', ''],
  [{ orders: 2 }, '{"orders":2}'],
])('text of console.log is shown: %j', (line, shown) => {
  expect(describe(line)).toEqual({ level: 'info', lines: [shown] });
});

test('an error is shown with its stack and that of its cause', () => {
  const err = { stack: 'Error: a\n    at b', cause: { stack: 'Error: c\n    at d' } };
  expect(describe({ level: 'error', time: 1, req: { id: 1 }, route: '/a', err, msg: 'failed' })).toEqual({
    level: 'error',
    lines: ['failed {"route":"/a"}', 'Error: a', '    at b', 'Error: c', '    at d'],
  });
});

test.each([
  [40, 'warn'],
  [60, 'error'],
  ['WARN', 'warn'],
  [30, 'debug'],
  ['info', 'debug'],
])('a line of level %s has level %s', (level, shown) => {
  expect(describe({ level, msg: 'a' })).toEqual({ level: shown, lines: ['a'] });
});

test('secrets are not shown', () => {
  const token = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2ln';
  expect(describe(`Authorization: Bearer ${token}`).lines.join()).not.toContain('eyJzdWIi');
  expect(describe({ token }).lines.join()).not.toContain('eyJzdWIi');
  expect(describe({ level: 50, err: { stack: `Error: ${token}` } }).lines.join()).not.toContain('eyJzdWIi');
});
