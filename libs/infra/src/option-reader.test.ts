import { expect, test } from 'vitest';
import { OptionReader } from './option-reader';

const readerOf = (value: unknown) => new OptionReader(() => value);

test('what is not given is no problem', () => {
  const options = readerOf(undefined);
  expect([options.text('a'), options.flag('a'), options.count('a'), options.choice('a', ['b'])]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(options.problems).toEqual([]);
});

test('flags and counts may be texts, as on a command line', () => {
  expect([true, 'true', false, 'false'].map((value) => readerOf(value).flag('a'))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect([2, '12'].map((value) => readerOf(value).count('a'))).toEqual([2, 12]);
});

test.each([
  ['flag', 'yes', 'a is "yes", not true or false: pass it as -c a=…'],
  ['flag', 1, 'a is 1, not true or false: pass it as -c a=…'],
  ['count', '0', 'a is "0", not a whole number from 1: pass it as -c a=…'],
  ['count', 1.5, 'a is 1.5, not a whole number from 1: pass it as -c a=…'],
  ['count', '1e3', 'a is "1e3", not a whole number from 1: pass it as -c a=…'],
  ['text', 7, 'a is 7, not a text: pass it as -c a=…'],
] as const)('as a %s, %j is refused', (kind, value, problem) => {
  const options = readerOf(value);
  expect(options[kind]('a')).toBeUndefined();
  expect(options.problems).toEqual([problem]);
});

test('a choice is one of those there are, which a wrong one is told', () => {
  const options = readerOf('lambda');
  expect(options.choice('capacity', ['ec2', 'fargate'])).toBeUndefined();
  expect(options.problems).toEqual(['capacity is "lambda", not ec2 or fargate: pass it as -c capacity=…']);
  expect(readerOf('ec2').choice('capacity', ['ec2', 'fargate'])).toBe('ec2');
});

test('a text may be wrong for a reason of its own', () => {
  const options = readerOf('x');
  expect(options.text('a', (value) => `'${value}' is too short`)).toBeUndefined();
  expect(options.problems).toEqual(["a 'x' is too short"]);
});
