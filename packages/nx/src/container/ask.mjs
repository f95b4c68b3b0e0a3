import { once } from 'node:events';
import { get } from 'node:http';
import { text } from 'node:stream/consumers';

const LIMIT_MS = 5_000;

/**
 * Sends one request, on a connection of its own, to a port of the loopback address.
 *
 * @param {number} port
 * @param {string} path
 * @returns {Promise<{ status: number | undefined, body: string } | undefined>} `undefined` when nobody answers in time
 */
export async function ask(port, path) {
  try {
    const request = get({
      host: '127.0.0.1',
      port,
      path,
      agent: false,
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    const [response] = await once(request, 'response');
    return { status: response.statusCode, body: await text(response) };
  } catch {
    return undefined;
  }
}
