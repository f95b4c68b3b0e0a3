import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { CACHING_DISABLED, testDistribution, testEdge } from '../../../../../test/edge';
import { dataOf } from '../../../../../test/requests';
import { errorCachingMinTtlSeconds } from '../../model/custom-error-responses';

const PAGE = { ErrorCode: 404, ResponseCode: 200, ResponsePagePath: '/index.html' };

function edgeWith(rules: object[], change: { behaviors?: object[]; functionCode?: string } = {}) {
  const Fn = {
    Type: 'AWS::CloudFront::Function',
    Properties: {
      Name: 'fn',
      AutoPublish: true,
      FunctionCode: change.functionCode ?? '',
      FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-2.0' },
    },
  };
  const associations = [
    { EventType: 'viewer-request', FunctionARN: { 'Fn::GetAtt': ['Fn', 'FunctionARN'] } },
  ];
  return testEdge({
    config: {
      CustomErrorResponses: rules,
      CacheBehaviors: change.behaviors ?? [],
    },
    ...(change.functionCode && {
      resources: { Fn },
      behavior: { FunctionAssociations: associations },
    }),
  });
}

const API = {
  PathPattern: '/api/*',
  TargetOriginId: 'files',
  ViewerProtocolPolicy: 'allow-all',
  AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
  CachePolicyId: CACHING_DISABLED,
};

test('applies to every behavior, so it replaces the API’s 404 too [CF-ERR-01]', async () => {
  const edge = edgeWith([PAGE], { behaviors: [API] });
  edge.answerBy(({ path }) =>
    path === '/index.html'
      ? [200, { 'Content-Type': 'text/html' }, 'the page']
      : [404, { 'Content-Type': 'application/json' }, '{}'],
  );
  for (const path of ['/missing', '/api/missing']) {
    const { status, body, headers } = await edge.ask(path);
    expect([status, body, headers.get('content-type')]).toEqual([200, 'the page', 'text/html']);
  }
});

test.each([401, 409, 422, 429])('rejects a rule for %i [CF-ERR-02]', (ErrorCode) => {
  expect(() => testDistribution({ config: { CustomErrorResponses: [{ ...PAGE, ErrorCode }] } })).toThrowError(
    /CustomErrorResponses\[0\]\.ErrorCode: must be one of 400, 403, 404/,
  );
});

test.each([400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504])(
  'a rule for %i is applied [CF-ERR-02]',
  async (status) => {
    const edge = edgeWith([{ ...PAGE, ErrorCode: status }]);
    edge.answerBy(({ path }) => (path === '/index.html' ? [200, {}, 'page'] : [status, {}, 'error']));
    expect(await edge.ask('/x')).toMatchObject({ status: 200, body: 'page' });
  },
);

test('passes statuses without a rule through [CF-ERR-02]', async () => {
  const edge = edgeWith([PAGE]);
  edge.answerWith(403, {}, 'denied');
  expect(await edge.ask('/x')).toMatchObject({ status: 403, body: 'denied' });
});

test.each([
  [
    'a code that CloudFront cannot answer',
    { ...PAGE, ResponseCode: 201 },
    /ResponseCode: must be one of 200, 400/,
  ],
  ['a code without a page', { ErrorCode: 404, ResponseCode: 200 }, /both ResponseCode and ResponsePagePath/],
  [
    'a page without a code',
    { ErrorCode: 404, ResponsePagePath: '/x' },
    /both ResponseCode and ResponsePagePath/,
  ],
  ['a page without a slash', { ...PAGE, ResponsePagePath: 'x' }, /must start with a slash/],
])('rejects %s [CF-ERR-03]', (_, rule, message) => {
  expect(() => testDistribution({ config: { CustomErrorResponses: [rule] } })).toThrowError(message);
});

test('answers with the status of the rule [CF-ERR-03]', async () => {
  const edge = edgeWith([{ ErrorCode: 403, ResponseCode: 404, ResponsePagePath: '/404.html' }]);
  edge.answerBy(({ path }) => (path === '/404.html' ? [200, {}, 'not found'] : [403, {}, '']));
  expect(await edge.ask('/x')).toMatchObject({ status: 404, body: 'not found' });
});

test('fetches the page through the behavior that matches its path [CF-ERR-04]', async () => {
  const edge = testEdge({
    config: {
      Origins: [
        {
          Id: 'files',
          DomainName: 'origin.example',
          CustomOriginConfig: { OriginProtocolPolicy: 'https-only' },
        },
        {
          Id: 'errors',
          DomainName: 'errors.example',
          CustomOriginConfig: { OriginProtocolPolicy: 'https-only' },
        },
      ],
      CacheBehaviors: [{ ...API, PathPattern: '/errors/*', TargetOriginId: 'errors' }],
      CustomErrorResponses: [{ ...PAGE, ResponsePagePath: '/errors/404.html' }],
    },
    servers: {
      'errors.example': ({ path, headers }) =>
        Promise.resolve({ status: 200, headers, body: Buffer.from(`from errors: ${path}`) }),
    },
  });
  edge.answerWith(404, {}, '');
  expect(await edge.ask('/x')).toMatchObject({ status: 200, body: 'from errors: /errors/404.html' });
});

test('answers with the status of the page when it fails [CF-ERR-04]', async () => {
  const edge = edgeWith([PAGE]);
  edge.answerBy(({ path }) => (path === '/index.html' ? [403, {}, 'denied'] : [404, {}, '']));
  const { status, body, trace } = await edge.ask('/x');
  expect([status, body]).toEqual([403, 'denied']);
  expect(dataOf({ trace }, 'custom-error.page-failed')).toEqual({ page: '/index.html', status: 403 });
});

test('fetches the complete page with GET for every request [CF-ERR-04]', async () => {
  const edge = edgeWith([PAGE], { behaviors: [API] });
  edge.answerBy(({ path }) => (path === '/index.html' ? [200, {}, 'page'] : [404, {}, '']));
  const headers = { Range: 'bytes=0-1', 'If-None-Match': '"x"' };
  expect(await edge.ask('/api/x', headers, { method: 'DELETE' })).toMatchObject({
    status: 200,
    body: 'page',
  });
  const page = edge.received.find(({ path }) => path === '/index.html');
  expect([page?.method, page?.headers.has('range'), page?.headers.has('if-none-match')]).toEqual([
    'GET',
    false,
    false,
  ]);
});

test('functions do not run for the page [CF-ERR-05]', async () => {
  const functionCode = `function handler(event) {
    if (event.request.uri === '/index.html') return { statusCode: 418 };
    return event.request;
  }`;
  const edge = edgeWith([PAGE], { functionCode });
  edge.answerBy(({ path }) => (path === '/index.html' ? [200, {}, 'page'] : [404, {}, '']));
  expect((await edge.ask('/x')).status).toBe(200);
});

test('caches an error for ten seconds, or as long as its rule says [CF-ERR-06]', async () => {
  const rules = [{ ErrorCode: 404, ErrorCachingMinTTL: '30' }];
  const { customErrorResponses } = testDistribution({ config: { CustomErrorResponses: rules } });
  expect([404, 500].map((status) => errorCachingMinTtlSeconds(customErrorResponses, status))).toEqual([
    30, 10,
  ]);

  const edge = edgeWith(rules);
  edge.answerWith(404, {}, '');
  await edge.ask('/x');
  edge.pass(29);
  await edge.ask('/x');
  expect(edge.received.length).toBe(1);
  edge.pass(2);
  await edge.ask('/x');
  expect(edge.received.length).toBe(2);
});

test('a behavior without caching requests error and page each time [CF-ERR-06]', async () => {
  const edge = edgeWith([{ ...PAGE, ResponsePagePath: '/api/page' }], { behaviors: [API] });
  edge.answerBy(({ path }) => (path === '/api/page' ? [200, {}, 'page'] : [404, {}, '']));
  await edge.ask('/api/x');
  await edge.ask('/api/x');
  expect(edge.received.map(({ path }) => path)).toEqual(['/api/x', '/api/page', '/api/x', '/api/page']);
});

test('does not replace the response of a function [CF-ERR-08]', async () => {
  const edge = edgeWith([PAGE], {
    functionCode: `function handler() { return { statusCode: 404, body: 'mine' }; }`,
  });
  expect(await edge.ask('/x')).toMatchObject({
    status: 404,
    body: 'mine',
    cache: 'FunctionGeneratedResponse',
  });
});

test('X-Cache is Error although the status is 200 [CF-ERR-09]', async () => {
  const edge = edgeWith([PAGE]);
  edge.answerBy(({ path }) => (path === '/index.html' ? [200, {}, 'page'] : [404, {}, '']));
  expect(await edge.ask('/x')).toMatchObject({ status: 200, cache: 'Error' });
  expect(await edge.ask('/x')).toMatchObject({ status: 200, cache: 'Error' });
});

test('destroys the body of the error', async () => {
  const edge = edgeWith([PAGE], { behaviors: [API] });
  const body = new Readable({ read: () => undefined });
  edge.answerBy(({ path }) => (path === '/index.html' ? [200, {}, 'page'] : [404, {}, body]));
  await edge.ask('/api/x');
  expect(body.destroyed).toBe(true);
});

test('the trace contains the error and its page', async () => {
  const edge = edgeWith([PAGE]);
  edge.answerBy(({ path }) => (path === '/index.html' ? [200, {}, 'page'] : [404, {}, '']));
  expect(dataOf(await edge.ask('/x'), 'custom-error.replaced')).toEqual({
    from: 404,
    to: 200,
    page: '/index.html',
    path: '/x',
    originStatus: 404,
  });
});
