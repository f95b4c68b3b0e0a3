import { expect, test } from 'vitest';
import { request, text } from '../../../../test/requests';
import { stackOf } from '../../../../test/stacks';
import { readBuckets } from '../model/bucket';
import { bucketServer } from './handler';

const HOST = 'site.s3-website-eu-west-1.amazonaws.com';
const INDEX = { IndexDocument: 'index.html', ErrorDocument: 'error.html' };
const OPEN = { BlockPublicPolicy: false, RestrictPublicBuckets: false };

function website(
  configuration: object = INDEX,
  { actions = ['s3:GetObject'], block = OPEN }: { actions?: string[]; block?: object } = {},
) {
  const stack = stackOf({
    Site: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketName: 'site',
        WebsiteConfiguration: configuration,
        PublicAccessBlockConfiguration: block,
      },
    },
    Policy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: { Ref: 'Site' },
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Principal: '*',
              Action: actions,
              Resource: ['arn:aws:s3:::site', 'arn:aws:s3:::site/*'],
            },
          ],
        },
      },
    },
  });
  const [bucket] = readBuckets(stack);
  if (!bucket) throw new Error('no bucket');
  for (const key of ['index.html', 'docs/index.html', 'error.html', 'a.txt']) {
    bucket.objects.set(key, {
      key,
      body: Buffer.from(key),
      contentType: 'text/html',
      etag: '"e"',
      lastModified: new Date(0),
    });
  }
  expect(bucket.hosts).toContain(HOST);
  const server = bucketServer(bucket, HOST);
  return async (path: string, method = 'GET') => {
    const response = await server(request(path, { method }), undefined);
    return {
      status: response.status,
      body: await text(response),
      location: response.headers.get('location'),
    };
  };
}

test.each([
  ['/', 200, 'index.html'],
  ['/docs/', 200, 'docs/index.html'],
  ['/a.txt', 200, 'a.txt'],
  ['/gone', 403, 'error.html'],
])('%s is %i with %s', async (path, status, body) => {
  expect(await website()(path)).toMatchObject({ status, body });
});

test('redirects a directory without a trailing slash', async () => {
  expect(await website()('/docs')).toMatchObject({ status: 302, location: '/docs/' });
});

test('a missing object is 404 when listing the bucket is allowed', async () => {
  const ask = website({ IndexDocument: 'index.html' }, { actions: ['s3:GetObject', 's3:ListBucket'] });
  const { status, body } = await ask('/gone');
  expect([status, body]).toEqual([404, expect.stringContaining('<li>Code: NoSuchKey</li>')]);
});

test('responds with 403 when public access is blocked', async () => {
  expect((await website(INDEX, { block: { BlockPublicPolicy: true } })('/')).status).toBe(403);
});

test('a write is 405', async () => {
  expect((await website()('/', 'POST')).status).toBe(405);
});

test('redirects all requests when configured', async () => {
  const ask = website({ RedirectAllRequestsTo: { HostName: 'www.example.org', Protocol: 'https' } });
  expect(await ask('/a')).toMatchObject({ status: 301, location: 'https://www.example.org/a' });
});

test('rejects unsupported and invalid website configurations', () => {
  expect(() => website({ ...INDEX, RoutingRules: [] })).toThrowError(
    expect.objectContaining({
      code: 'ERR_UNSUPPORTED_PROPERTY',
      message: expect.stringContaining('WebsiteConfiguration.RoutingRules'),
    }),
  );
  expect(() => website({ ErrorDocument: 'error.html' })).toThrowError(/must have an IndexDocument/);
});
