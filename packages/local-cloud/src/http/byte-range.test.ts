import { expect, test } from 'vitest';
import { isUsableRange, selectRange } from './preconditions';

test.each([
  ['bytes=0-0', { start: 0, end: 0 }],
  ['bytes=5-', { start: 5, end: 9 }],
  ['bytes=5-100', { start: 5, end: 9 }],
  ['bytes=-3', { start: 7, end: 9 }],
  ['bytes=-30', { start: 0, end: 9 }],
  ['Bytes= 1-2', { start: 1, end: 2 }],
  ['bytes=10-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=0-1,3-4', 'whole'],
  ['bytes=3-1', 'whole'],
  ['bytes=-', 'whole'],
  ['bytes=', 'whole'],
  ['items=0-1', 'whole'],
  [undefined, 'whole'],
])('selects of ten bytes with %s: %j', (header, expected) => {
  expect(selectRange(header, 10)).toEqual(expected);
});

test('no range of an empty representation is satisfiable', () => {
  expect(selectRange('bytes=0-', 0)).toBe('unsatisfiable');
  expect(selectRange('bytes=-1', 0)).toBe('unsatisfiable');
});

test.each([
  ['bytes=0-1,2-3', true],
  ['bytes=0-1, 5-', true],
  ['bytes=0-1, -5', true],
  ['bytes=0-2,2-3', false],
  ['bytes=4-5,0-1', false],
  ['bytes=5-,7-8', false],
  ['bytes=-5,0-1', false],
  [`bytes=${Array.from({ length: 200 }, (_, i) => `${2 * i}-${2 * i}`).join(',')}`, false],
])('%s is usable: %s (CF-RANGE-02)', (header, expected) => {
  expect(isUsableRange(header)).toBe(expected);
});
