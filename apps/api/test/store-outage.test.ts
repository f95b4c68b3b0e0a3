import { request } from 'node:http';
import { expect, test } from 'vitest';
import { startApi } from './api-process';
import { serve } from './issuer';
import { serveTables } from './tables';

/** What is between the API and its tables: it lets pass, breaks connections, or is silent. */
async function serveRoad(endpoint: string) {
  const road = { state: 'open' as 'open' | 'broken' | 'silent' };
  const origin = await serve((incoming, answer) => {
    if (road.state === 'silent') return;
    if (road.state === 'broken') {
      incoming.socket.destroy();
      return;
    }
    const { method, headers, url } = incoming;
    const outgoing = request(`${endpoint}${url}`, { method, headers }, (incomingAnswer) => {
      answer.writeHead(incomingAnswer.statusCode ?? 502, incomingAnswer.headers);
      incomingAnswer.pipe(answer);
    });
    outgoing.on('error', () => answer.destroy());
    incoming.pipe(outgoing);
  });
  return { road, origin };
}

test.each(['broken', 'silent'] as const)(
  'while the road to its tables is %s the API refuses, says when to ask again, is not ready, and mends itself',
  async (state) => {
    const { environment } = await serveTables();
    const { road, origin } = await serveRoad(environment.AWS_ENDPOINT_URL_DYNAMODB);
    const { url, logged } = await startApi({ ...environment, AWS_ENDPOINT_URL_DYNAMODB: origin });
    const status = async (path: string): Promise<number> => (await fetch(url + path)).status;
    await expect.poll(() => status('/ready'), { timeout: 10_000 }).toBe(200);
    expect(await status('/api/greeting')).toBe(200);

    road.state = state;
    const refused = await Promise.all(Array.from({ length: 5 }, () => fetch(`${url}/api/greeting`)));
    for (const answer of refused) {
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await answer.json()).toMatchObject({ title: 'Service Unavailable', status: 503 });
    }
    expect(await logged('the store of greetings is down')).toMatchObject({
      level: 'warn',
      err: expect.anything(),
    });
    expect(await status('/ready')).toBe(503);
    expect(await status('/health')).toBe(200);
    expect(await status('/api/greetings')).toBe(503);

    road.state = 'open';
    await expect.poll(() => status('/ready'), { timeout: 20_000 }).toBe(200);
    expect(await status('/api/greeting')).toBe(200);
    expect(await status('/api/greetings')).toBe(200);
  },
  60_000,
);
