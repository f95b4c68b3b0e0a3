import { expect, test } from 'vitest';
import { spellDuration } from './duration';

test.each([
  [0, '0 ms'],
  [250, '250 ms'],
  [999.6, '1000 ms'],
  [2_000, '2 s'],
  [42 * 60_000, '42 min'],
  [3_600_000, '1 h'],
  [3_603_000, '1 h'],
  [3_900_000, '1 h 5 min'],
  [90_061_000, '1 d 1 h'],
])('%i ms is %s', (ms, text) => {
  expect(spellDuration(ms)).toBe(text);
});
