import { afterEach, expect, test, vi } from 'vitest';
import { renewInTime } from './renew-in-time';

afterEach(() => void vi.useRealTimers());

function start(renewWhenDue: () => Promise<void> = async () => {}) {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const looks = vi.fn(renewWhenDue);
  const told: boolean[] = [];
  const stop = renewInTime({ renewWhenDue: looks }, (troubled) => told.push(troubled), 1000);
  return { looks, told, stop };
}

test('it looks at once, and every now and then', () => {
  const { looks, stop } = start();
  expect(looks).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(2000);
  expect(looks).toHaveBeenCalledTimes(3);
  stop();
  vi.advanceTimersByTime(2000);
  expect(looks).toHaveBeenCalledTimes(3);
});

test.each([
  ['visibilitychange', document],
  ['online', window],
  ['pageshow', window],
  ['focus', window],
])('it looks on %s: timers may have slept', (type, target) => {
  const { looks, stop } = start();
  target.dispatchEvent(new Event(type, { bubbles: true }));
  expect(looks).toHaveBeenCalledTimes(2);
  stop();
  target.dispatchEvent(new Event(type, { bubbles: true }));
  expect(looks).toHaveBeenCalledTimes(2);
});

test('without a network nothing is tried', () => {
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  const { looks, stop } = start();
  expect(looks).not.toHaveBeenCalled();
  stop();
});

test('trouble is told, and so is its end', async () => {
  let down = true;
  const { told, stop } = start(async () => {
    if (down) throw new TypeError('Failed to fetch');
  });
  await vi.waitFor(() => expect(told).toEqual([true]));
  down = false;
  window.dispatchEvent(new Event('online'));
  await vi.waitFor(() => expect(told).toEqual([true, false]));
  stop();
});
