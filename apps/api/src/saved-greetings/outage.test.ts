import { expect, test } from 'vitest';
import { startApi } from '../../test/api-process';
import { serveHistoryTable } from '../../test/history-table';
import { serveTableProxy } from '../../test/table-proxy';

test.each(['broken', 'silent'] as const)(
  'GET /api/greetings responds with 503 and Retry-After, and recovers, when the connection to its table is %s',
  async (state) => {
    const { environment } = await serveHistoryTable();
    const { proxy, origin } = await serveTableProxy(environment.AWS_ENDPOINT_URL_DYNAMODB);
    const { url } = await startApi({ ...environment, AWS_ENDPOINT_URL_DYNAMODB: origin });

    proxy.state = state;
    const response = await fetch(`${url}/api/greetings`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await response.json()).toMatchObject({ title: 'Service Unavailable', status: 503 });

    proxy.state = 'open';
    expect((await fetch(`${url}/api/greetings`)).status).toBe(200);
  },
  60_000,
);
