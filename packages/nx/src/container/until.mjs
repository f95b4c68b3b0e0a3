import { setTimeout as delay } from 'node:timers/promises';

/** How long anything may take that ends well in a second or two. */
const LIMIT_MS = 30_000;

/**
 * Looks again and again, for half a minute at most.
 *
 * @template T
 * @param {() => Promise<T | false | undefined>} look
 * @returns {Promise<T | undefined>} the first value that is true; `undefined` when there is none in time
 */
export async function until(look) {
  const end = Date.now() + LIMIT_MS;
  while (Date.now() < end) {
    const value = await look();
    if (value) return value;
    await delay(100);
  }
  return undefined;
}
