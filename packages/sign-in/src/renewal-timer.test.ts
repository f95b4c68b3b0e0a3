import { afterEach, expect, test, vi } from 'vitest';
import { startRenewalTimer } from './renewal-timer';

afterEach(() => void vi.useRealTimers());

function start() {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const renewIfDue = vi.fn();
  return { renewIfDue, stop: startRenewalTimer(renewIfDue) };
}

test('the timer calls renewIfDue immediately and at each interval, until it is stopped', () => {
  const { renewIfDue, stop } = start();
  expect(renewIfDue).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(30_000);
  expect(renewIfDue).toHaveBeenCalledTimes(3);
  stop();
  vi.advanceTimersByTime(30_000);
  expect(renewIfDue).toHaveBeenCalledTimes(3);
});

test.each([
  ['visibilitychange', document],
  ['online', window],
  ['pageshow', window],
  ['focus', window],
])('the timer calls renewIfDue at the event %s, until it is stopped', (type, target) => {
  const { renewIfDue, stop } = start();
  target.dispatchEvent(new Event(type, { bubbles: true }));
  expect(renewIfDue).toHaveBeenCalledTimes(2);
  stop();
  target.dispatchEvent(new Event(type, { bubbles: true }));
  expect(renewIfDue).toHaveBeenCalledTimes(2);
});
