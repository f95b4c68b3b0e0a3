import { expect, test } from 'vitest';
import { type EdgeChange, testDistribution, testEdge } from '../../../../../test/edge';
import { dataOf } from '../../../../../test/requests';
import { HeaderList } from '../../../../http/header-list';
import { OriginFailure, type OriginServer } from './server';

const answering =
  (status: number, asked: string[] = []): OriginServer =>
  (request) => {
    asked.push(request.path);
    return Promise.resolve({ status, headers: new HeaderList(), body: Buffer.from(String(status)) });
  };

const group = (statuses: number[], servers: Record<string, OriginServer>): EdgeChange => ({
  config: {
    Origins: ['first', 'second'].map((Id) => ({
      Id,
      DomainName: `${Id}.example`,
      OriginPath: `/${Id}`,
      CustomOriginConfig: { OriginProtocolPolicy: 'https-only' },
      OriginShield: { Enabled: true, OriginShieldRegion: 'eu-west-1' },
    })),
    OriginGroups: {
      Quantity: 1,
      Items: [
        {
          Id: 'group',
          FailoverCriteria: { StatusCodes: { Quantity: statuses.length, Items: statuses } },
          Members: { Quantity: 2, Items: [{ OriginId: 'first' }, { OriginId: 'second' }] },
        },
      ],
    },
  },
  behavior: {
    TargetOriginId: 'group',
    AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
  },
  servers,
});

test('an origin group asks its second origin when the first fails', async () => {
  const asked: string[] = [];
  const servers = { 'first.example': answering(503, asked), 'second.example': answering(200, asked) };
  const { ask } = testEdge(group([500, 503], servers));
  const answer = await ask('/a');
  expect([answer.status, asked]).toEqual([200, ['/first/a', '/second/a']]);
  expect(dataOf(answer, 'origin.failed-over')).toEqual({
    group: 'group',
    status: 503,
    from: 'first',
    to: 'second',
  });
});

test('other statuses and methods do not fail over', async () => {
  const asked: string[] = [];
  const servers = { 'first.example': answering(503, asked), 'second.example': answering(200, asked) };
  expect((await testEdge(group([500], servers)).ask('/a')).status).toBe(503);
  expect((await testEdge(group([503], servers)).ask('/a', {}, { method: 'POST' })).status).toBe(503);
  expect(asked).toEqual(['/first/a', '/first/a']);
});

test('an unreachable origin counts as the status that CloudFront answers', async () => {
  const unreachable: OriginServer = () =>
    Promise.reject(new OriginFailure('connection-refused', 'no connection'));
  const servers = { 'first.example': unreachable, 'second.example': answering(200) };
  expect((await testEdge(group([502], servers)).ask('/a')).status).toBe(200);
});

test('an origin group needs two existing origins', () => {
  const { config, behavior } = group([502], {});
  const [items] = (config as { OriginGroups: { Items: { Members: { Items: object[] } }[] } }).OriginGroups
    .Items;
  items?.Members.Items.splice(1, 1, { OriginId: 'gone' });
  expect(() => testDistribution({ config: config ?? {}, behavior: behavior ?? {} })).toThrowError(
    /origin group uses origin 'gone', which the distribution does not have/,
  );
});

test.each([
  ['dns', 502],
  ['connection-refused', 502],
  ['connection-broken', 502],
  ['connect-timeout', 504],
  ['read-timeout', 504],
] as const)('%s is a %i [CF-DOWN-01, CF-DOWN-02]', async (reason, status) => {
  const servers: Record<string, OriginServer> = {
    'origin.example': () => Promise.reject(new OriginFailure(reason, 'because')),
  };
  const { ask } = testEdge({ servers });
  const answer = await ask('/a');
  expect([answer.status, answer.cache]).toEqual([status, 'Error']);
  expect(dataOf(answer, 'origin.failed')).toEqual({
    host: 'origin.example',
    status,
    reason,
    detail: 'because',
  });
});

test('an error of the program is not an origin failure', async () => {
  const servers: Record<string, OriginServer> = {
    'origin.example': () => Promise.reject(new TypeError('bug')),
  };
  await expect(testEdge({ servers }).ask('/a')).rejects.toThrowError('bug');
});

test.each([
  [{ ConnectionAttempts: 4 }, 'ConnectionAttempts'],
  [{ ConnectionTimeout: 11 }, 'ConnectionTimeout'],
  [{ CustomOriginConfig: { OriginProtocolPolicy: 'http-only', OriginReadTimeout: 0 } }, 'OriginReadTimeout'],
  [{ OriginPath: 'live' }, 'OriginPath'],
  [{ OriginPath: '/live/' }, 'OriginPath'],
])('rejects %j [CF-DOWN-03]', (origin, property) => {
  expect(() => testDistribution({ origin })).toThrowError(new RegExp(property));
});

test('passes an error of the origin on unchanged [CF-DOWN-05, CF-RESP-02]', async () => {
  const { ask, answerWith } = testEdge();
  answerWith(409, { 'Content-Type': 'application/problem+json' }, '{"status":409}');
  const { status, body, headers, cache } = await ask('/a');
  expect([status, body, cache]).toEqual([409, '{"status":409}', 'Error']);
  expect(headers.get('content-type')).toBe('application/problem+json');
});

test('removes hop-by-hop headers and adds CloudFront’s own [CF-RESP-01, CF-RESP-03]', async () => {
  const { ask, answerWith } = testEdge();
  answerWith(
    200,
    {
      Connection: 'x',
      'Keep-Alive': 'x',
      Upgrade: 'x',
      Public: 'x',
      Trailer: 'x',
      'X-Amz-Cf-Id': 'x',
      Via: 'x',
      'X-A': 'b',
    },
    'x',
  );
  const { headers } = await ask('/a');
  for (const name of ['connection', 'keep-alive', 'upgrade', 'public', 'trailer'])
    expect(headers.has(name)).toBe(false);
  expect(headers.get('x-a')).toBe('b');
  expect(headers.get('via')).toMatch(/^1\.1 [0-9a-f]{32}\.cloudfront\.net \(CloudFront\)$/);
  expect(headers.get('x-amz-cf-pop')).toMatch(/^[A-Z]{3}\d+-[PC]\d$/);
  expect(headers.get('x-amz-cf-id')).toMatch(/^[\w-]{54}==$/);
});

test('removes the request ids of S3 and keeps its metadata [CF-RESP-03, CF-S3-05]', async () => {
  const headers = { 'x-amz-request-id': 'x', 'x-amz-id-2': 'x', 'x-amz-meta-a': 'b', Server: 'AmazonS3' };
  for (const [origin, expected] of [
    [{ CustomOriginConfig: { Ref: 'AWS::NoValue' }, S3OriginConfig: {} }, ['server', 'x-amz-meta-a']],
    [{}, ['server', 'x-amz-id-2', 'x-amz-meta-a', 'x-amz-request-id']],
  ] as const) {
    const { ask, answerWith } = testEdge({ origin });
    answerWith(200, headers, 'x');
    const { headers: answered } = await ask('/a');
    const names = [...answered].map(([name]) => name.toLowerCase());
    expect(names.filter((name) => /^(server|x-amz-(?!cf))/.test(name)).sort()).toEqual(expected);
  }
});

test('an origin server receives its timeouts [CF-DOWN-03]', async () => {
  const received: unknown[] = [];
  const servers: Record<string, OriginServer> = {
    'origin.example': (request, _signer, timeouts) => {
      received.push(timeouts);
      return answering(200)(request, undefined, timeouts);
    },
  };
  const origin = {
    ConnectionTimeout: 4,
    CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginReadTimeout: 7 },
  };
  await testEdge({ servers, origin }).ask('/a');
  expect(received).toEqual([{ protocol: 'https', port: 443, connectTimeoutMs: 4_000, readTimeoutMs: 7_000 }]);
});
