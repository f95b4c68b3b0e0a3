import { expect, test } from 'vitest';
import { request, text } from '../../../../../test/requests';
import { testEdge } from '../../../../../test/edge';

const FAILS = {
  Fails: {
    Type: 'AWS::CloudFront::Function',
    Properties: {
      Name: 'fails',
      AutoPublish: true,
      FunctionCode: 'function handler() { throw new Error("ran"); }',
      FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-2.0' },
    },
  },
};

function plainHttp(policy: string, more: object = {}, resources = {}) {
  const { handle, received } = testEdge({
    behavior: {
      ViewerProtocolPolicy: policy,
      AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
      ...more,
    },
    resources,
  });
  const ask = (change: Parameters<typeof request>[1] = {}) =>
    handle(request('/a%20b?c=d', { protocol: 'http', ...change }));
  return { ask, received };
}

test.each(['GET', 'HEAD'])('%s is sent to HTTPS [CF-HTTPS-01]', async (method) => {
  const { ask, received } = plainHttp('redirect-to-https');
  const { status, headers } = await ask({ method });
  expect([status, headers.get('location')]).toEqual([301, 'https://localhost:4300/a%20b?c=d']);
  expect(received).toEqual([]);
});

test('the page is CloudFront’s, byte for byte [CF-HTTPS-02]', async () => {
  const response = await plainHttp('redirect-to-https').ask();
  const names = ['server', 'content-type', 'content-length', 'x-cache'];
  expect(names.map((name) => response.headers.get(name))).toEqual([
    'CloudFront',
    'text/html',
    '167',
    'Redirect from cloudfront',
  ]);
  expect(await text(response)).toBe(
    '<html>\r\n<head><title>301 Moved Permanently</title></head>\r\n<body>\r\n<center><h1>301 Moved Permanently</h1></center>\r\n<hr><center>CloudFront</center>\r\n</body>\r\n</html>\r\n',
  );
});

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])(
  '%s keeps its method [CF-HTTPS-03]',
  async (method) => {
    const { ask } = plainHttp('redirect-to-https');
    const { status, headers } = await ask({ method });
    expect([status, headers.get('location')]).toEqual([307, 'https://localhost:4300/a%20b?c=d']);
    expect((await ask({ method, httpVersion: '1.0' })).status).toBe(403);
  },
);

test('https-only rejects plain HTTP [CF-HTTPS-04]', async () => {
  const response = await plainHttp('https-only').ask();
  expect([response.status, await text(response)]).toEqual([403, expect.stringContaining('403 ERROR')]);
});

test('functions do not run for a redirected request [CF-HTTPS-05]', async () => {
  const association = {
    FunctionAssociations: [
      { EventType: 'viewer-request', FunctionARN: { 'Fn::GetAtt': ['Fails', 'FunctionARN'] } },
    ],
  };
  expect((await plainHttp('redirect-to-https', association, FAILS).ask()).status).toBe(301);
});

test('the response headers policy applies to the redirect [CF-HTTPS-06]', async () => {
  const policy = { ResponseHeadersPolicyId: '67f7725c-6f97-4210-82d7-5512b31e9d03' };
  const { headers } = await plainHttp('redirect-to-https', policy).ask();
  expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
});

test('allows HTTPS, and plain HTTP with allow-all', async () => {
  expect((await plainHttp('redirect-to-https').ask({ protocol: 'https' })).status).toBe(200);
  expect((await plainHttp('allow-all').ask()).status).toBe(200);
});
