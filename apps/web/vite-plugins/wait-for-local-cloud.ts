import { setTimeout as delay } from 'node:timers/promises';
import type { Plugin } from 'vite';

/** What {@link waitForLocalCloud} waits for. */
export interface LocalCloudWait {
  /** Origin of the local cloud's distribution. */
  url: string;
  /** @default 60_000 */
  timeoutMs?: number;
  /** @default 250 */
  intervalMs?: number;
}

/**
 * Keeps the development server from listening until the local cloud answers: both start at once, and a page without
 * configuration and API would only confuse.
 */
export function waitForLocalCloud(wait: LocalCloudWait): Plugin {
  return {
    name: 'wait-for-local-cloud',
    apply: (_, { command, isPreview }) => command === 'serve' && isPreview !== true,
    async configureServer({ config: { logger } }) {
      await localCloudAnswers(wait, (line) => logger.info(line));
    },
  };
}

/**
 * Waits until the local cloud serves its `config.json`, telling `log` when there is something to wait for.
 *
 * @throws {Error} when it does not in time; says where to look.
 */
export async function localCloudAnswers(wait: LocalCloudWait, log: (line: string) => void): Promise<void> {
  const { url, timeoutMs = 60_000, intervalMs = 250 } = wait;
  const config = new URL('/config.json', url).href;
  const giveUpAt = Date.now() + timeoutMs;
  let lastAnswer = await ask(config);
  if (lastAnswer !== 'ok') log(`Waiting for the local cloud at ${url} …`);
  while (lastAnswer !== 'ok') {
    if (Date.now() >= giveUpAt) {
      throw new Error(
        `The local cloud did not answer at ${config} within ${timeoutMs / 1000} s (last: ${lastAnswer}). ` +
          'See what the local-cloud task printed, or set LOCAL_CLOUD_URL to where it listens.',
      );
    }
    await delay(intervalMs);
    lastAnswer = await ask(config);
  }
  log(`The local cloud answers at ${url}`);
}

async function ask(url: string): Promise<string> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5000) });
    await answer.body?.cancel();
    return answer.ok ? 'ok' : `status ${answer.status}`;
  } catch (error) {
    const { cause, message } = error as Error;
    return cause instanceof Error ? cause.message : message;
  }
}
