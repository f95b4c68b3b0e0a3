import { request } from 'node:http';
import { expect, test } from 'vitest';
import { startApi } from './api-process';
import { serve } from './issuer';
import { serveTables } from './tables';

/** Serves a proxy to DynamoDB that can close connections, or stop responding. */
async function serveProxy(endpoint: string) {
  const proxy = { state: 'open' as 'open' | 'broken' | 'silent' };
  const origin = await serve((incoming, response) => {
    if (proxy.state === 'silent') return;
    if (proxy.state === 'broken') {
      incoming.socket.destroy();
      return;
    }
    const { method, headers, url } = incoming;
    const outgoing = request(`${endpoint}${url}`, { method, headers }, (tableResponse) => {
      response.writeHead(tableResponse.statusCode ?? 502, tableResponse.headers);
      tableResponse.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  });
  return { proxy, origin };
}

test.each(['broken', 'silent'] as const)(
  'the API responds with 503 and Retry-After, is not ready, and recovers, when the connection to its tables is %s',
  async (state) => {
    const { environment } = await serveTables();
    const { proxy, origin } = await serveProxy(environment.AWS_ENDPOINT_URL_DYNAMODB);
    const { url, logged } = await startApi({ ...environment, AWS_ENDPOINT_URL_DYNAMODB: origin });
    const status = async (path: string): Promise<number> => (await fetch(url + path)).status;
    await expect.poll(() => status('/ready'), { timeout: 10_000 }).toBe(200);
    expect(await status('/api/greeting')).toBe(200);

    proxy.state = state;
    const responses = await Promise.all(Array.from({ length: 5 }, () => fetch(`${url}/api/greeting`)));
    for (const response of responses) {
      expect(response.status).toBe(503);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await response.json()).toMatchObject({ title: 'Service Unavailable', status: 503 });
    }
    expect(await logged('the greeting store is down')).toMatchObject({
      level: 'warn',
      err: expect.anything(),
    });
    expect(await status('/ready')).toBe(503);
    expect(await status('/health')).toBe(200);
    expect(await status('/api/greetings')).toBe(503);

    proxy.state = 'open';
    await expect.poll(() => status('/ready'), { timeout: 20_000 }).toBe(200);
    expect(await status('/api/greeting')).toBe(200);
    expect(await status('/api/greetings')).toBe(200);
  },
  60_000,
);
