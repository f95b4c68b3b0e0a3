import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';

/**
 * Sends `GET /api/greeting` requests from several clients at once until the test ends.
 *
 * @param clients number of clients; each waits for a response before its next request
 */
export function sendTraffic(url: string, clients: number, headers: Record<string, string> = {}) {
  const responses: { status: number; body: string }[] = [];
  const errors: unknown[] = [];
  let isOver = false;
  const client = async (): Promise<void> => {
    while (!isOver) {
      try {
        const response = await fetch(`${url}/api/greeting`, { headers });
        responses.push({ status: response.status, body: await response.text() });
      } catch (error) {
        errors.push(error);
        await delay(5);
      }
    }
  };
  const running = Promise.all(Array.from({ length: clients }, client));
  const stop = async (): Promise<void> => {
    isOver = true;
    await running;
  };
  onTestFinished(stop);
  return {
    responses,
    /** Connection errors. */
    errors,
    stop,
    /** Waits for this number of further responses. */
    more: (count: number) => {
      const enough = responses.length + count;
      return expect
        .poll(() => responses.length, { timeout: 30_000, interval: 5 })
        .toBeGreaterThanOrEqual(enough);
    },
  };
}
