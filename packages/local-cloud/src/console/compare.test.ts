import { expect, test } from 'vitest';
import { logRequest, matchedBehavior, SAMPLE_URLS, sampleTopology } from '../../test/console-sample';
import { compareRequests } from './compare';
import { ContainerLog } from './container-log';
import { RequestLog } from './request-log';
import { viewRequest } from './request-view';

test('two requests are compared by answer, token, hops and headers', () => {
  const log = new RequestLog();
  const shown = { topology: sampleTopology(), urls: SAMPLE_URLS };
  const authorizer = { authorizer: 'users', header: 'Authorization', scopes: [] };
  const [left, right] = [
    logRequest(
      log,
      '/api/a',
      401,
      [matchedBehavior('/api/*', 'api'), ['apigateway', 'authorizer.token-missing', authorizer]],
      {
        headers: [
          ['x-a', '1'],
          ['X-B', '2'],
        ],
      },
    ),
    logRequest(
      log,
      '/api/a',
      401,
      [
        matchedBehavior('/api/*', 'api'),
        [
          'apigateway',
          'authorizer.token-expired',
          { ...authorizer, expiredSecondsAgo: 120 },
          { token: { header: {}, claims: { token_use: 'access', scope: 'a' } } },
        ],
      ],
      { headers: [['X-A', '3']] },
    ),
  ].map((request) => viewRequest(request, shown, new ContainerLog()));
  if (!left || !right) throw new Error('Both requests are logged.');
  const rows = Object.fromEntries(compareRequests(left, right).map(({ title, rows: own }) => [title, own]));
  expect(rows['Answer']?.[0]).toEqual({ label: 'Status', left: '401', right: '401' });
  expect(rows['Answer']?.find(({ label }) => label === 'Explanation')).toMatchObject({
    left: expect.stringMatching(/^No access token/),
    right: expect.stringMatching(/expired/),
  });
  expect(rows['Request headers']?.filter(({ label }) => label.startsWith('x-'))).toEqual([
    { label: 'x-a', left: '1', right: '3' },
    { label: 'x-b', left: '2', right: '' },
  ]);
  expect(rows['Token']?.map(({ left: own, right: other }) => [own, other])).toContainEqual([
    '',
    'Access token',
  ]);
  const hops = rows['What happened'] ?? [];
  expect(hops.map(({ label }) => label)).toEqual(['CloudFront', 'Authorizer', 'Authorizer']);
  expect(hops[0]?.left).toBe(hops[0]?.right);
  expect(hops[1]?.right).toBe('');
  expect(hops[2]?.left).toBe('');
});
