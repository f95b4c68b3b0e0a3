import { expect, test } from 'vitest';
import { request, text } from '../../../../test/requests';
import { stackOf } from '../../../../test/stacks';
import { HeaderList } from '../../../http/header-list';
import type { Request, Response } from '../../../http/message';
import { readDistributions } from '../model/distribution';
import { distributionHandler } from './handler';

const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6';
const ALL_VIEWER_EXCEPT_HOST = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

const FALLBACK = `function handler(event) {
  if (event.request.uri.indexOf('.') < 0) event.request.uri = '/index.html';
  return event.request;
}`;

function distribution(change: { api?: object; site?: object; functionCode?: string } = {}) {
  const stack = stackOf({
    Fallback: {
      Type: 'AWS::CloudFront::Function',
      Properties: {
        Name: 'fallback',
        AutoPublish: true,
        FunctionCode: change.functionCode ?? FALLBACK,
        FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-2.0' },
      },
    },
    Headers: {
      Type: 'AWS::CloudFront::ResponseHeadersPolicy',
      Properties: {
        ResponseHeadersPolicyConfig: {
          Name: 'headers',
          SecurityHeadersConfig: {
            ContentSecurityPolicy: { ContentSecurityPolicy: "default-src 'none'", Override: true },
            FrameOptions: { FrameOption: 'DENY', Override: false },
          },
          RemoveHeadersConfig: { Items: [{ Header: 'X-Powered-By' }] },
        },
      },
    },
    Site: {
      Type: 'AWS::CloudFront::Distribution',
      Properties: {
        DistributionConfig: {
          Enabled: true,
          DefaultRootObject: 'index.html',
          Origins: [
            {
              Id: 'files',
              DomainName: 'files.example',
              CustomOriginConfig: { OriginProtocolPolicy: 'https-only' },
            },
            {
              Id: 'api',
              DomainName: 'api.example',
              OriginPath: '/live',
              OriginCustomHeaders: [{ HeaderName: 'X-Secret', HeaderValue: 'origin' }],
              CustomOriginConfig: { OriginProtocolPolicy: 'https-only' },
            },
          ],
          DefaultCacheBehavior: {
            TargetOriginId: 'files',
            ViewerProtocolPolicy: 'redirect-to-https',
            CachePolicyId: CACHING_OPTIMIZED,
            ResponseHeadersPolicyId: { Ref: 'Headers' },
            FunctionAssociations: [
              { EventType: 'viewer-request', FunctionARN: { 'Fn::GetAtt': ['Fallback', 'FunctionARN'] } },
            ],
            ...change.site,
          },
          CacheBehaviors: [
            {
              PathPattern: '/api/*',
              TargetOriginId: 'api',
              ViewerProtocolPolicy: 'https-only',
              AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
              CachePolicyId: CACHING_DISABLED,
              OriginRequestPolicyId: ALL_VIEWER_EXCEPT_HOST,
              ...change.api,
            },
          ],
        },
      },
    },
  });
  const [site] = readDistributions(stack);
  if (!site) throw new Error('no distribution');
  const received: Request[] = [];
  let answer: () => Response = () => ({ status: 200, headers: new HeaderList(), body: Buffer.from('ok') });
  const origin = (asked: Request): Promise<Response> => {
    received.push(asked);
    return Promise.resolve(answer());
  };
  const servers = new Map([
    ['files.example', origin],
    ['api.example', origin],
  ]);
  return {
    handle: distributionHandler(site, {
      originServers: servers,
      accountId: '000000000000',
      now: () => Date.now(),
    }),
    received,
    answerWith: (status: number, headers: [string, string][] = [], body = '') => {
      answer = () => ({ status, headers: new HeaderList(headers), body: Buffer.from(body) });
    },
  };
}

test('prepends the origin path and keeps the query [CF-PATH-09]', async () => {
  const { handle, received } = distribution();
  await handle(request('/api/items?b=2&a=%20'));
  expect(received[0]).toMatchObject({ path: '/live/api/items', query: 'b=2&a=%20' });
});

test('selects the behavior by the normalized path and sends the raw one [CF-PATH-07]', async () => {
  const { handle, received } = distribution();
  await handle(request('//api/items'));
  expect(received[0]?.path).toBe('/live//api/items');
});

test('serves the root object for / [CF-ROOT-01]', async () => {
  const { handle, received } = distribution({
    functionCode: 'function handler(event) { return event.request; }',
  });
  await handle(request('/'));
  await handle(request('/docs/'));
  expect(received.map(({ path }) => path)).toEqual(['/index.html', '/docs/']);
});

test('the function of the default behavior does not touch the API [CF-PATH-08, CF-SPA-01]', async () => {
  const { handle, received } = distribution();
  await handle(request('/deep/link'));
  await handle(request('/api/deep/link'));
  expect(received.map(({ path }) => path)).toEqual(['/index.html', '/live/api/deep/link']);
});

test('sends the origin’s host [CF-REQ-01]', async () => {
  const { handle, received } = distribution();
  await handle(request('/api/x'));
  expect(received[0]?.headers.getAll('host')).toEqual(['api.example']);
});

test('AllViewer forwards the viewer’s host [CF-REQ-01]', async () => {
  const { handle, received } = distribution({
    api: { OriginRequestPolicyId: '216adef6-5c7f-47e4-b989-5492eafa07d3' },
  });
  await handle(request('/api/x'));
  expect(received[0]?.headers.getAll('host')).toEqual(['localhost:4300']);
});

test('appends the viewer to X-Forwarded-For and the edge to Via [CF-REQ-02, CF-REQ-03]', async () => {
  const { handle, received } = distribution();
  await handle(
    request('/api/x', {
      headers: [
        ['X-Forwarded-For', '203.0.113.9'],
        ['Via', '1.0 proxy'],
      ],
    }),
  );
  expect(received[0]?.headers.get('x-forwarded-for')).toBe('203.0.113.9, 192.0.2.1');
  expect(received[0]?.headers.get('via')).toMatch(
    /^1\.0 proxy, 1\.1 [0-9a-f]+\.cloudfront\.net \(CloudFront\)$/,
  );
});

const VIEWER: [string, string][] = [
  ['Authorization', 'Bearer t'],
  ['Cookie', 'id=1'],
  ['User-Agent', 'Browser/1'],
  ['Accept-Encoding', 'gzip, br'],
  ['X-Anything', 'yes'],
];

test('AllViewerExceptHostHeader forwards what the viewer sent [CF-REQ-05, CF-REQ-07, CF-REQ-13]', async () => {
  const { handle, received } = distribution();
  await handle(request('/api/x', { headers: VIEWER }));
  for (const [name, value] of VIEWER) expect(received[0]?.headers.get(name)).toBe(value);
  expect(received[0]?.headers.get('cloudfront-forwarded-proto')).toBe('https');
});

test('a cache policy alone forwards almost nothing [CF-REQ-05, CF-REQ-06, CF-REQ-08, CF-REQ-14]', async () => {
  const { handle, received } = distribution();
  await handle(request('/x.js?v=2', { headers: VIEWER }));
  const { headers, query } = received[0] as Request;
  expect([headers.get('authorization'), headers.get('cookie'), headers.get('x-anything'), query]).toEqual([
    undefined,
    undefined,
    undefined,
    '',
  ]);
  expect([headers.get('user-agent'), headers.get('accept-encoding')]).toEqual([
    'Amazon CloudFront',
    'br,gzip',
  ]);
});

test.each([
  'X-Forwarded-Proto',
  'Proxy-Authorization',
  'X-Edge-Thing',
  'X-HTTP-Method-Override',
  'Connection',
  'Expect',
])('%s never reaches an origin [CF-REQ-09]', async (name) => {
  const { handle, received } = distribution();
  await handle(request('/api/x', { headers: [[name, 'x']] }));
  expect(received[0]?.headers.has(name)).toBe(false);
});

test('origin custom headers overwrite the viewer’s [CF-REQ-11]', async () => {
  const { handle, received } = distribution();
  await handle(request('/api/x', { headers: [['x-secret', 'forged']] }));
  expect(received[0]?.headers.getAll('x-secret')).toEqual(['origin']);
});

test.each(['POST', 'OPTIONS', 'TRACE'])('rejects %s with CloudFront’s page [CF-METH-01]', async (method) => {
  const { handle, received } = distribution();
  const response = await handle(request('/', { method }));
  expect(response.status).toBe(403);
  expect(response.headers.get('x-cache')).toBe('Error from cloudfront');
  expect(await text(response)).toContain('is not configured to allow the HTTP request method');
  expect(received).toEqual([]);
});

test('rejects any other set of methods [CF-METH-02]', () => {
  expect(() => distribution({ api: { AllowedMethods: ['GET', 'POST'] } })).toThrowError(
    /CloudFront does not accept AllowedMethods GET POST/,
  );
});

test('rejects a GET with a body [CF-METH-03]', async () => {
  const response = await distribution().handle(request('/api/x', { body: 'b' }));
  expect(response.status).toBe(403);
});

test('answers 414 to a long URL and 494 to large headers [CF-LIM-01, CF-LIM-02]', async () => {
  const { handle } = distribution();
  expect((await handle(request(`/${'x'.repeat(8_192)}`))).status).toBe(414);
  expect((await handle(request('/', { headers: [['X-Big', 'x'.repeat(32_768)]] }))).status).toBe(494);
});

test('a policy removes, replaces or keeps headers [CF-RHP-02, CF-RHP-03]', async () => {
  const { handle, answerWith } = distribution();
  answerWith(200, [
    ['X-Powered-By', 'x'],
    ['Content-Security-Policy', 'weak'],
    ['X-Frame-Options', 'SAMEORIGIN'],
  ]);
  const { headers } = await handle(request('/x.js'));
  expect([
    headers.get('x-powered-by'),
    headers.get('content-security-policy'),
    headers.get('x-frame-options'),
  ]).toEqual([undefined, "default-src 'none'", 'SAMEORIGIN']);
});

test('passes an error of the origin on with CloudFront’s headers [CF-RESP-01, CF-RESP-02, CF-RESP-03, CF-DOWN-05]', async () => {
  const { handle, answerWith } = distribution();
  answerWith(
    404,
    [
      ['Content-Type', 'application/problem+json'],
      ['Connection', 'close'],
      ['Via', '1.1 x'],
    ],
    '{"status":404}',
  );
  const response = await handle(request('/api/nope'));
  expect(response.status).toBe(404);
  expect(await text(response)).toBe('{"status":404}');
  expect(response.headers.get('x-cache')).toBe('Error from cloudfront');
  expect(response.headers.get('via')).toMatch(/^1\.1 [0-9a-f]+\.cloudfront\.net \(CloudFront\)$/);
  expect(response.headers.has('connection')).toBe(false);
});

test('answers 503 with policy headers when a function fails [CFF-ERR-01]', async () => {
  const { handle, received } = distribution({
    functionCode: 'function handler() { throw new Error("no"); }',
  });
  const response = await handle(request('/'));
  expect([response.status, response.headers.get('x-cache')]).toEqual([
    503,
    'FunctionExecutionError from cloudfront',
  ]);
  expect(response.headers.get('content-security-policy')).toBe("default-src 'none'");
  expect(received).toEqual([]);
});

test('answers 502 when a function changes Host [CFF-HDR-02]', async () => {
  const { handle } = distribution({
    functionCode: `function handler(event) { event.request.headers.host.value = 'x'; return event.request; }`,
  });
  expect((await handle(request('/'))).status).toBe(502);
});

test('marks the response of a function in X-Cache [CFF-EV-08]', async () => {
  const { handle } = distribution({ functionCode: `function handler() { return { statusCode: 204 }; }` });
  const { status, headers } = await handle(request('/'));
  expect([status, headers.get('x-cache'), headers.get('content-length')]).toEqual([
    204,
    'FunctionGeneratedResponse from cloudfront',
    '0',
  ]);
});

test.each([
  ['an origin', { TargetOriginId: 'gone' }, 'CacheBehaviors[0].TargetOriginId'],
  ['a cache policy', { CachePolicyId: 'gone' }, 'CacheBehaviors[0].CachePolicyId'],
  ['an origin request policy', { OriginRequestPolicyId: 'gone' }, 'CacheBehaviors[0].OriginRequestPolicyId'],
])('rejects %s that does not exist', (_, api, property) => {
  expect(() => distribution({ api })).toThrowError(
    expect.objectContaining({ code: 'ERR_INVALID_PROPERTY', message: expect.stringContaining(property) }),
  );
});

test('rejects an unknown property with its path', () => {
  expect(() => distribution({ site: { RealtimeLogConfigArn: 'x' } })).toThrowError(
    expect.objectContaining({
      code: 'ERR_UNSUPPORTED_PROPERTY',
      message: expect.stringContaining(
        'Site (AWS::CloudFront::Distribution) DistributionConfig.DefaultCacheBehavior.RealtimeLogConfigArn',
      ),
    }),
  );
});
