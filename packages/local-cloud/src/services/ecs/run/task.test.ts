import { expect, test } from 'vitest';
import { BackOff } from './task';

test('BackOff doubles pauses up to the maximum, and resets after a long run', () => {
  const backOff = new BackOff({ firstMs: 250, maxMs: 1_500, resetAfterMs: 10_000 });
  const crashes = [0, 0, 500, 9_999, 0, 0].map((ranForMs) => backOff.pauseAfter(ranForMs));
  expect(crashes).toEqual([250, 500, 1_000, 1_500, 1_500, 1_500]);
  expect([backOff.pauseAfter(10_000), backOff.pauseAfter(0)]).toEqual([250, 500]);
});
