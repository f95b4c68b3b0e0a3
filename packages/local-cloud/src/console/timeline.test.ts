import { expect, test } from 'vitest';
import type { RequestSummary } from './request-view';
import { timeline } from './timeline';

/** Requests by start and end, in milliseconds; the log has them in the order in which they ended, newest first. */
const requests = (...spans: [from: number, to: number][]): RequestSummary[] =>
  spans
    .map(([from, to], index) => ({ id: index + 1, at: new Date(to).toISOString(), durationMs: to - from }))
    .sort((a, b) => b.at.localeCompare(a.at)) as RequestSummary[];

test('parallel requests are placed within the time that they took together', () => {
  const bars = timeline(requests([1_000, 1_400], [1_100, 1_200], [1_300, 2_000]));
  expect(bars.get(1)).toEqual({ from: 0, width: 40, groupMs: 1_000, isLast: false });
  expect(bars.get(2)).toEqual({ from: 10, width: 10, groupMs: 1_000, isLast: false });
  expect(bars.get(3)).toEqual({ from: 30, width: 70, groupMs: 1_000, isLast: true });
});

test('a request that starts long after all others have ended begins a new timeline', () => {
  const bars = timeline(requests([1_000, 5_000], [1_500, 2_000], [6_001, 6_101]));
  expect(bars.get(2)?.groupMs).toBe(4_000);
  expect(bars.get(3)).toEqual({ from: 0, width: 100, groupMs: 100, isLast: true });
});

test('a request that took no time has a place', () => {
  expect(timeline(requests([5, 5])).get(1)).toMatchObject({ from: 0, width: 0 });
});
