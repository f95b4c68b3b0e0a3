import { expect, test } from 'vitest';
import { startApi } from '../../test/api-process';
import { serveTableProxy } from '../../test/table-proxy';
import { serveTables } from '../../test/tables';

test.each(['broken', 'silent'] as const)(
  'the API responds with 503 and Retry-After, and recovers, when the connection to its table is %s',
  async (state) => {
    const { environment } = await serveTables();
    const { proxy, origin } = await serveTableProxy(environment.AWS_ENDPOINT_URL_DYNAMODB);
    const { url } = await startApi({
      ...environment,
      AWS_ENDPOINT_URL_DYNAMODB: origin,
      GREETING_ID_BLOCK: '2',
    });
    const status = async (path: string): Promise<number> => (await fetch(url + path)).status;
    expect(await status('/api/greeting')).toBe(200);

    proxy.state = state;
    // One id is left.
    expect(await status('/api/greeting')).toBe(200);
    const paths = ['/api/greeting', '/api/greeting'];
    for (const response of await Promise.all(paths.map((path) => fetch(url + path)))) {
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('5');
      expect(await response.json()).toMatchObject({ title: 'Service Unavailable', status: 503 });
    }
    // Health checks still pass: ECS replaces tasks whose checks fail.
    expect([await status('/health'), await status('/ready')]).toEqual([200, 200]);

    proxy.state = 'open';
    expect(await status('/api/greeting')).toBe(200);
  },
  60_000,
);
