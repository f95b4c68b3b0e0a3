import { expect, test } from 'vitest';
import { testDistribution, testEdge } from '../../../../../test/edge';
import { text } from '../../../../../test/requests';
import { distributionFaults } from './malformed-request';

const OPEN = { AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'] };

test('answers 414 to a URL of more than 8,192 bytes and closes the connection [CF-LIM-01]', async () => {
  const { ask, received } = testEdge();
  const { status, headers, body } = await ask(`/${'x'.repeat(8_180)}?${'y'.repeat(11)}`);
  expect([status, headers.get('connection'), received.length]).toEqual([414, 'close', 0]);
  expect(body).toContain('<H1>414 ERROR</H1>');
  expect((await ask(`/${'x'.repeat(8_180)}?${'y'.repeat(10)}`)).status).toBe(200);
});

test('answers 494 to headers of more than 32,768 bytes and closes the connection [CF-LIM-02]', async () => {
  const { ask } = testEdge();
  const { status, headers } = await ask('/', { 'X-Big': 'x'.repeat(32_768) });
  expect([status, headers.get('connection'), headers.get('x-cache')]).toEqual([
    494,
    'close',
    'Error from cloudfront',
  ]);
});

test('the third distribution of a chain rejects the request [CF-LIM-05]', async () => {
  const { ask } = testEdge();
  const via = (count: number) => ({
    Via: Array.from({ length: count }, (_, i) => `1.1 ${i}.cloudfront.net (CloudFront)`).join(', '),
  });
  expect([(await ask('/', via(1))).status, (await ask('/', via(2))).status]).toEqual([200, 403]);
});

test.each([
  ['CONNECT', 'example.com:443', 403],
  ['OPTIONS', '*', 400],
  ['GET', 'a', 400],
])('%s %s is %i [CF-METH-04]', async (method, target, status) => {
  expect((await testEdge({ behavior: OPEN }).ask(target, {}, { method })).status).toBe(status);
});

test('rejects TRACE and methods that are not in AllowedMethods [CF-METH-04, CF-S3-04]', async () => {
  const { ask, received } = testEdge();
  const methods = ['TRACE', 'POST', 'PUT', 'DELETE', 'PURGE'];
  const statuses = [];
  for (const method of methods) statuses.push((await ask('/', {}, { method })).status);
  expect([statuses, received.length]).toEqual([methods.map(() => 403), 0]);
  expect((await testEdge({ behavior: OPEN }).ask('/', {}, { method: 'TRACE' })).status).toBe(403);
});

test.each([
  ['malformed', 400],
  ['method', 403],
  ['headTooLarge', 494],
  ['timeout', 408],
] as const)(
  'answers malformed HTTP (%s) with a page and %i [CF-METH-04, CF-PAGE-01]',
  async (fault, status) => {
    const response = distributionFaults(testDistribution(), () => 0)(fault);
    expect([response.status, response.headers.get('server')]).toEqual([status, 'CloudFront']);
    expect(response.headers.get('x-amz-cf-id')).toMatch(/^[\w-]{54}==$/);
    expect(await text(response)).toContain(`<H1>${status} ERROR</H1>`);
  },
);
