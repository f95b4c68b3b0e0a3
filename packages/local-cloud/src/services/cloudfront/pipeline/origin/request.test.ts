import { expect, test } from 'vitest';
import { CACHING_DISABLED, type EdgeChange, testDistribution, testEdge } from '../../../../../test/edge';
import { HeaderList } from '../../../../http/header-list';

const ALL_VIEWER_EXCEPT_HOST = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';
const ALL_VIEWER_AND_CLOUDFRONT = '33f36d7e-f396-46d9-90e0-52428a34d9dc';

const passAll = (more: object = {}): EdgeChange => ({
  behavior: {
    CachePolicyId: CACHING_DISABLED,
    OriginRequestPolicyId: ALL_VIEWER_EXCEPT_HOST,
    AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
    ...more,
  },
});

async function sent(
  change: EdgeChange,
  target: string,
  headers: Record<string, string> = {},
  method = 'GET',
) {
  const { ask, received } = testEdge(change);
  const { trace, headers: answered } = await ask(target, headers, { method });
  const [asked] = received;
  if (!asked) throw new Error('the origin was not asked');
  const changes = trace.hops
    .flatMap(({ details }) => details.headers ?? [])
    .filter(({ on }) => on === 'request');
  return { asked, changes, answered, get: (name: string) => asked.headers.get(name) };
}

test.each([
  [undefined, '192.0.2.1'],
  ['a', 'a, 192.0.2.1'],
  ['a,b', 'a,b, 192.0.2.1'],
])('X-Forwarded-For %s becomes %s [CF-REQ-02]', async (before, after) => {
  const headers = before === undefined ? {} : { 'X-Forwarded-For': before };
  expect((await sent(passAll(), '/', headers)).get('x-forwarded-for')).toBe(after);
});

test('origin and viewer get the same request id [CF-REQ-04]', async () => {
  const { get, answered } = await sent(passAll(), '/', { 'X-Amz-Cf-Id': 'forged' });
  expect(get('x-amz-cf-id')).toMatch(/^[\w-]{54}==$/);
  expect(answered.get('x-amz-cf-id')).toBe(get('x-amz-cf-id'));
});

test('with only a cache policy the origin gets exactly these headers [CF-REQ-06]', async () => {
  const { asked } = await sent({}, '/a', { Accept: 'text/css', Cookie: 'a=b', Referer: 'x' });
  expect([...asked.headers].map(([name]) => name).sort()).toEqual([
    'Host',
    'User-Agent',
    'Via',
    'X-Amz-Cf-Id',
    'X-Forwarded-For',
  ]);
});

test('sends CloudFront-* headers about the viewer [CF-REQ-07]', async () => {
  const { get } = await sent(passAll(), '/', {
    'User-Agent': 'Mozilla/5.0 (iPad)',
    'CloudFront-Forwarded-Proto': 'forged',
    'CloudFront-Viewer-Country': 'forged',
  });
  expect(
    ['forwarded-proto', 'viewer-http-version', 'is-tablet-viewer', 'is-ios-viewer', 'is-desktop-viewer'].map(
      (name) => get(`cloudfront-${name}`),
    ),
  ).toEqual(['https', '1.1', 'true', 'true', 'false']);
  expect(get('cloudfront-viewer-country')).toBeUndefined();
});

test('a policy forwards all viewer headers and adds CloudFront’s [CF-REQ-07]', async () => {
  const policy = passAll({ OriginRequestPolicyId: ALL_VIEWER_AND_CLOUDFRONT });
  const { get } = await sent(policy, '/');
  expect([get('host'), get('cloudfront-forwarded-proto')]).toEqual(['localhost:4300', 'https']);
});

test.each(['GET', 'HEAD'])('Authorization is taken from a %s [CF-REQ-08]', async (method) => {
  expect((await sent({}, '/', { Authorization: 'x' }, method)).get('authorization')).toBeUndefined();
  expect((await sent(passAll(), '/', { Authorization: 'x' }, method)).get('authorization')).toBe('x');
});

test('other methods keep Authorization [CF-REQ-08]', async () => {
  const change = passAll({ OriginRequestPolicyId: { Ref: 'AWS::NoValue' } });
  expect((await sent(change, '/', { Authorization: 'x' }, 'POST')).get('authorization')).toBe('x');
  expect((await sent(change, '/', { Authorization: 'x' }, 'OPTIONS')).get('authorization')).toBe('x');
  const cached = { behavior: { ...change.behavior, CachedMethods: ['GET', 'HEAD', 'OPTIONS'] } };
  expect((await sent(cached, '/', { Authorization: 'x' }, 'OPTIONS')).get('authorization')).toBeUndefined();
});

const ownPolicy = (headers: string[]): EdgeChange => ({
  ...passAll({ OriginRequestPolicyId: { Ref: 'Own' } }),
  resources: {
    Own: {
      Type: 'AWS::CloudFront::OriginRequestPolicy',
      Properties: {
        OriginRequestPolicyConfig: {
          Name: 'own',
          HeadersConfig: { HeaderBehavior: 'whitelist', Headers: headers },
          CookiesConfig: { CookieBehavior: 'allExcept', Cookies: ['secret'] },
          QueryStringsConfig: { QueryStringBehavior: 'whitelist', QueryStrings: ['b', 'a'] },
        },
      },
    },
  },
});

test('an origin request policy cannot list Authorization [CF-REQ-08]', () => {
  expect(() => testDistribution(ownPolicy(['Authorization']))).toThrowError(
    /Own .*HeadersConfig\.Headers\[0\]: an origin request policy cannot list Authorization/,
  );
});

test('selected query strings keep their order and encoding [CF-REQ-10]', async () => {
  const { asked, get } = await sent(ownPolicy(['X-Tenant']), '/?a=%20&c=1&b=2&a=3&B=4', {
    'X-Tenant': 't',
    Cookie: 'one=1; secret=2; two=3',
  });
  expect(asked.query).toBe('a=%20&b=2&a=3');
  expect([get('x-tenant'), get('cookie')]).toEqual(['t', 'one=1; two=3']);
  expect((await sent(passAll(), '/?b=%zz&a=+&&c')).asked.query).toBe('b=%zz&a=+&&c');
});

test('normalizes Accept-Encoding [CF-REQ-14]', async () => {
  for (const [before, after] of [
    ['br;q=0.9, gzip, deflate', 'br,gzip'],
    ['gzip', 'gzip'],
    ['BR', 'br'],
    ['deflate, br;q=0', undefined],
  ] as const) {
    expect((await sent({}, '/', { 'Accept-Encoding': before })).get('accept-encoding')).toBe(after);
  }
});

test('forwards conditions and ranges where nothing is cached [CF-REQ-15]', async () => {
  const headers = { 'If-None-Match': '"a"', 'If-Match': '"b"', Range: 'bytes=0-1', 'If-Range': '"c"' };
  const { get } = await sent(passAll(), '/', headers);
  for (const [name, value] of Object.entries(headers)) expect(get(name)).toBe(value);
});

test('signs requests to S3 without traces in the response [CF-REQ-16]', async () => {
  const signers: unknown[] = [];
  const change = (SigningBehavior: string, identity = ''): EdgeChange => ({
    ...passAll(),
    origin: {
      DomainName: 's3.example',
      CustomOriginConfig: { Ref: 'AWS::NoValue' },
      S3OriginConfig: { OriginAccessIdentity: identity },
      OriginAccessControlId: identity ? '' : { Ref: 'Control' },
    },
    resources: {
      Control: {
        Type: 'AWS::CloudFront::OriginAccessControl',
        Properties: {
          OriginAccessControlConfig: {
            Name: 'control',
            OriginAccessControlOriginType: 's3',
            SigningBehavior,
            SigningProtocol: 'sigv4',
          },
        },
      },
    },
    servers: {
      's3.example': (_, signer) => {
        signers.push(signer);
        return Promise.resolve({ status: 200, headers: new HeaderList(), body: undefined });
      },
    },
  });
  const bearer = { Authorization: 'Bearer x' };
  const { headers } = await testEdge(change('always')).ask('/', bearer);
  await testEdge(change('no-override')).ask('/');
  await testEdge(change('no-override')).ask('/', bearer);
  await testEdge(change('never')).ask('/');
  await testEdge(change('never', 'origin-access-identity/cloudfront/E1')).ask('/');
  const control = {
    service: 'cloudfront.amazonaws.com',
    sourceArn: expect.stringMatching(/^arn:aws:cloudfront::000000000000:distribution\/E/),
    accountId: '000000000000',
  };
  expect(signers).toEqual([
    control,
    control,
    undefined,
    undefined,
    { canonicalUserId: expect.any(String), arn: expect.stringMatching(/Identity E1$/) },
  ]);
  expect([...headers].filter(([name]) => /authorization|x-amz-(date|content)/i.test(name))).toEqual([]);
});

test('a trace lists removed and set headers with the reason, without secrets', async () => {
  const change = {
    ...ownPolicy(['X-Tenant']),
    origin: { OriginCustomHeaders: [{ HeaderName: 'X-Shared', HeaderValue: 's3cret' }] },
  };
  const { changes } = await sent(change, '/', {
    Cookie: 'a=s3cret',
    Authorization: 'Bearer s3cret',
    Accept: 'text/css',
    'X-Forwarded-Proto': 'https',
  });
  const listed = changes.map(({ op, name, value, by }) => [op, name.toLowerCase(), value, by]);
  expect(listed).toContainEqual(['removed', 'accept', undefined, 'policies Managed-CachingDisabled and own']);
  expect(listed).toContainEqual(['removed', 'x-forwarded-proto', undefined, 'CloudFront, for every origin']);
  expect(listed).toContainEqual(['set', 'x-shared', undefined, 'OriginCustomHeaders of files']);
  expect(listed).toContainEqual(['set', 'x-forwarded-for', '192.0.2.1', 'CloudFront']);
  expect(listed).toContainEqual([
    'removed',
    'authorization',
    undefined,
    'CloudFront: GET requests have it only when a policy forwards it',
  ]);
  expect(JSON.stringify(changes)).not.toContain('s3cret');
});
