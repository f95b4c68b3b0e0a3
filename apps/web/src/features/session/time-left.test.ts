import { expect, test } from 'vitest';
import { timeLeft } from './time-left';

test.each([
  [3600, '1 h 0 min'],
  [3599, '59 min 59 s'],
  [60, '1 min 0 s'],
  [59, '59 s'],
  [1, '1 s'],
  [90_061, '1 d 1 h'],
  [0, 'ended'],
  [-7, 'ended'],
])('%d seconds are %s', (seconds, text) => {
  expect(timeLeft(1_800_000_000 + seconds, 1_800_000_000_000)).toBe(text);
});

test('a second that has begun is not counted', () => {
  expect(timeLeft(1_800_000_060, 1_800_000_000_001)).toBe('59 s');
});
