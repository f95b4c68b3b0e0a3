import { once } from 'node:events';
import { expect, test } from 'vitest';
import { Deadline } from './deadline';

test('the time is up', async () => {
  const deadline = new Deadline(1, new AbortController().signal);
  await once(deadline.signal, 'abort');
  expect(deadline.isOver).toBe(true);
});

test('nobody waits any more, from the beginning or later', () => {
  const gone = new AbortController();
  const later = new Deadline(undefined, gone.signal);
  expect(later.signal.aborted).toBe(false);
  gone.abort();
  expect([later.signal.aborted, later.isOver]).toEqual([true, false]);
  expect(new Deadline(undefined, gone.signal).signal.aborted).toBe(true);
});

test('with its time lifted it still ends when nobody waits, once cleared it does not', () => {
  const gone = new AbortController();
  const lifted = new Deadline(1, gone.signal);
  const cleared = new Deadline(1, gone.signal);
  lifted.lift();
  cleared.clear();
  gone.abort();
  expect([lifted.signal.aborted, cleared.signal.aborted]).toEqual([true, false]);
});
