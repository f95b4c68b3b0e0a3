import { afterEach, expect, test, vi } from 'vitest';
import { startRenewalTimer } from './renewal-timer';

afterEach(() => void vi.useRealTimers());

function start(renew: () => Promise<void> = async () => {}) {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const renewIfDue = vi.fn(renew);
  const results: boolean[] = [];
  const stop = startRenewalTimer({ renewIfDue }, (failing) => results.push(failing), 1000);
  return { renewIfDue, results, stop };
}

test('the timer calls renewIfDue immediately and at each interval, until it is stopped', () => {
  const { renewIfDue, stop } = start();
  expect(renewIfDue).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(2000);
  expect(renewIfDue).toHaveBeenCalledTimes(3);
  stop();
  vi.advanceTimersByTime(2000);
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

test('the timer does nothing when the browser is offline', () => {
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  const { renewIfDue, stop } = start();
  expect(renewIfDue).not.toHaveBeenCalled();
  stop();
});

test('the timer reports a failed renewal, and a later one that works', async () => {
  let down = true;
  const { results, stop } = start(async () => {
    if (down) throw new TypeError('Failed to fetch');
  });
  await vi.waitFor(() => expect(results).toEqual([true]));
  down = false;
  window.dispatchEvent(new Event('online'));
  await vi.waitFor(() => expect(results).toEqual([true, false]));
  stop();
});
