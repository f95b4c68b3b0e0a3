import { once } from 'node:events';
import { expect, test } from 'vitest';
import { Deadline } from './deadline';

test('aborts at the time limit', async () => {
  const deadline = new Deadline(1, new AbortController().signal);
  await once(deadline.signal, 'abort');
  expect(deadline.isExceeded).toBe(true);
});

test('aborts when the client goes away, before or after the start', () => {
  const gone = new AbortController();
  const later = new Deadline(undefined, gone.signal);
  expect(later.signal.aborted).toBe(false);
  gone.abort();
  expect([later.signal.aborted, later.isExceeded]).toEqual([true, false]);
  expect(new Deadline(undefined, gone.signal).signal.aborted).toBe(true);
});

test('aborts when the client goes away after lift(), and never after clear()', () => {
  const gone = new AbortController();
  const lifted = new Deadline(1, gone.signal);
  const cleared = new Deadline(1, gone.signal);
  lifted.lift();
  cleared.clear();
  gone.abort();
  expect([lifted.signal.aborted, cleared.signal.aborted]).toEqual([true, false]);
});
