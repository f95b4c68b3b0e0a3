import { setTimeout as delay } from 'node:timers/promises';
import type { Plugin } from 'vite';

/** Options of {@link waitForLocalCloud}. */
export interface LocalCloudWait {
  /** Origin of the local cloud's distribution. */
  url: string;
  /** @default 60_000 */
  timeoutMs?: number;
  /** @default 250 */
  intervalMs?: number;
}

/**
 * Vite plugin that delays the start of the development server until the local cloud responds. Both start at the same time,
 * and the page does not work without its configuration and API.
 */
export function waitForLocalCloud(wait: LocalCloudWait): Plugin {
  return {
    name: 'wait-for-local-cloud',
    apply: (_, { command, isPreview }) => command === 'serve' && isPreview !== true,
    async configureServer({ config: { logger } }) {
      await localCloudReady(wait, (line) => logger.info(line));
    },
  };
}

/**
 * Waits until the local cloud serves `config.json`. Logs when it has to wait.
 *
 * @throws {Error} after the timeout; the message says what to check
 */
export async function localCloudReady(wait: LocalCloudWait, log: (line: string) => void): Promise<void> {
  const { url, timeoutMs = 60_000, intervalMs = 250 } = wait;
  const config = new URL('/config.json', url).href;
  const giveUpAt = Date.now() + timeoutMs;
  let lastResult = await request(config);
  if (lastResult !== 'ok') log(`Waiting for the local cloud at ${url} …`);
  while (lastResult !== 'ok') {
    if (Date.now() >= giveUpAt) {
      throw new Error(
        `The local cloud did not respond at ${config} within ${timeoutMs / 1000} s (last result: ${lastResult}). ` +
          'See the output of the local-cloud task, or set LOCAL_CLOUD_URL to its URL.',
      );
    }
    await delay(intervalMs);
    lastResult = await request(config);
  }
  log(`The local cloud is ready at ${url}`);
}

async function request(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
    await response.body?.cancel();
    return response.ok ? 'ok' : `status ${response.status}`;
  } catch (error) {
    const { cause, message } = error as Error;
    return cause instanceof Error ? cause.message : message;
  }
}
