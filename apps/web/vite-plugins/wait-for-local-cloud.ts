import { setTimeout as delay } from 'node:timers/promises';
import type { Plugin } from 'vite';

/**
 * Vite plugin that delays the start of the development server until the local cloud serves `config.json`. Both start at the
 * same time, and the page does not work without its configuration and API.
 *
 * @param url origin of the local cloud's distribution
 */
export function waitForLocalCloud(url: string, timeoutMs = 60_000): Plugin {
  return {
    name: 'wait-for-local-cloud',
    async configureServer({ config: { logger } }) {
      const giveUpAt = Date.now() + timeoutMs;
      logger.info(`Waiting for the local cloud at ${url} …`);
      while (!(await isReady(url))) {
        if (Date.now() >= giveUpAt) {
          throw new Error(
            `The local cloud did not respond at ${url}/config.json within ${timeoutMs / 1000} s. ` +
              'See the output of the local-cloud task, or set LOCAL_CLOUD_URL to its URL.',
          );
        }
        await delay(250);
      }
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/config.json`)).ok;
  } catch {
    return false; // it does not listen yet
  }
}
