import { expect, test } from 'vitest';
import { formatTimeLeft } from './time-left';

test.each([
  [3600, '1 h 0 min'],
  [3599, '59 min 59 s'],
  [60, '1 min 0 s'],
  [59, '59 s'],
  [1, '1 s'],
  [90_061, '1 d 1 h'],
  [0, 'expired'],
  [-7, 'expired'],
])('formatTimeLeft formats %d seconds as %s', (seconds, text) => {
  expect(formatTimeLeft(1_800_000_000 + seconds, 1_800_000_000_000)).toBe(text);
});

test('formatTimeLeft rounds down to whole seconds', () => {
  expect(formatTimeLeft(1_800_000_060, 1_800_000_000_001)).toBe('59 s');
});
