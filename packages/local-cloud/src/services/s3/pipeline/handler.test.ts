import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { dataOf, request, text } from '../../../../test/requests';
import type { Bucket, StoredObject } from '../model/bucket';
import { contentOf } from '../object-content';
import { bucketServer, respondFromBucket } from './handler';

const SIGNER = { service: 'cloudfront.amazonaws.com', sourceArn: 'arn:d', accountId: '0' };

function bucket(...actions: string[]): Bucket {
  const object: StoredObject = {
    key: 'a file.html',
    body: Buffer.from('hello'),
    contentType: 'text/html',
    cacheControl: 'no-cache',
    etag: '"e"',
    lastModified: new Date('2026-01-01T00:00:00Z'),
  };
  return {
    logicalId: 'Files',
    name: 'files',
    arn: 'arn:aws:s3:::files',
    hosts: [],
    policy: actions.map((action) => ({
      Effect: 'Allow' as const,
      Principal: [{ type: 'Service', names: [SIGNER.service] }],
      Action: [action],
      Resource: ['arn:aws:s3:::files', 'arn:aws:s3:::files/*'],
      Condition: {},
    })),
    allowsPublicPolicy: false,
    isVersioned: false,
    cors: [],
    website: undefined,
    objects: new Map([[object.key, object]]),
  };
}

test('responds with an object and its metadata (CF-S3-05)', async () => {
  const response = await respondFromBucket(bucket('s3:GetObject'), request('/a%20file.html'), SIGNER);
  expect([response.status, await text(response)]).toEqual([200, 'hello']);
  const names = [
    'content-type',
    'cache-control',
    'etag',
    'last-modified',
    'accept-ranges',
    'server',
    'content-length',
  ];
  expect(names.map((name) => response.headers.get(name))).toEqual([
    'text/html',
    'no-cache',
    '"e"',
    'Thu, 01 Jan 2026 00:00:00 GMT',
    'bytes',
    'AmazonS3',
    '5',
  ]);
});

test('a missing key is 403 without ListBucket, which CDK does not grant (CF-S3-01, CF-S3-03)', async () => {
  const incoming = request('/gone');
  const response = await respondFromBucket(bucket('s3:GetObject'), incoming, SIGNER);
  expect(dataOf(incoming, 'object.not-found')).toEqual({
    endpoint: 'rest',
    key: 'gone',
    error: 'AccessDenied',
  });
  expect([response.status, response.headers.get('content-type')]).toEqual([403, 'application/xml']);
  expect(await text(response)).toMatch(
    /^<\?xml version="1.0" encoding="UTF-8"\?>\n<Error><Code>AccessDenied<\/Code><Message>Access Denied<\/Message><RequestId>/,
  );
});

test('a missing key is 404 with ListBucket, the key escaped (CF-S3-02)', async () => {
  const response = await respondFromBucket(
    bucket('s3:GetObject', 's3:ListBucket'),
    request('/%3Cb%3E'),
    SIGNER,
  );
  expect(response.status).toBe(404);
  expect(await text(response)).toContain('<Key>&#60;b&#62;</Key>');
});

test('keys are case-sensitive, and + is a space (CF-S3-06)', async () => {
  const status = async (path: string) =>
    (await respondFromBucket(bucket('s3:GetObject'), request(path), SIGNER)).status;
  expect([
    await status('/A%20file.html'),
    await status('/a+file.html'),
    await status('/a%2Bfile.html'),
  ]).toEqual([403, 200, 403]);
});

test.each([
  ['the request is unsigned', undefined, 's3:GetObject', '/a%20file.html', 'GET'],
  ['the policy allows nothing', SIGNER, 's3:PutObject', '/a%20file.html', 'GET'],
  ['the path cannot be decoded', SIGNER, 's3:GetObject', '/%zz', 'GET'],
  ['it is a write', SIGNER, 's3:GetObject', '/a%20file.html', 'PUT'],
  ['the path leaves the bucket', SIGNER, 's3:GetObject', '/../../etc/passwd', 'GET'],
  ['it is the root', SIGNER, 's3:GetObject', '/', 'GET'],
])('responds with 403 when %s', async (_, signer, action, path, method) => {
  const response = await respondFromBucket(bucket(action), request(path, { method }), signer);
  expect(response.status).toBe(403);
});

test.each([
  ['If-None-Match', '"x", "e"', 304],
  ['If-None-Match', 'W/"e"', 304],
  ['If-None-Match', '"x"', 200],
  ['If-Modified-Since', 'Thu, 01 Jan 2026 00:00:00 GMT', 304],
  ['If-Modified-Since', 'Wed, 31 Dec 2025 00:00:00 GMT', 200],
  ['If-Modified-Since', 'yesterday', 200],
  ['If-Match', '"e"', 200],
  ['If-Match', '"x"', 412],
  ['If-Match', '*', 200],
  ['If-Unmodified-Since', 'Wed, 31 Dec 2025 00:00:00 GMT', 412],
  ['If-Unmodified-Since', 'Thu, 01 Jan 2026 00:00:00 GMT', 200],
  ['Range', 'bytes=1-2', 206],
  ['Range', 'bytes=9-', 416],
  ['Range', 'bytes=0-0,2-2', 200],
])('%s: %s results in %i', async (name, value, status) => {
  const response = await respondFromBucket(
    bucket('s3:GetObject'),
    request('/a%20file.html', { headers: [[name, value]] }),
    SIGNER,
  );
  expect(response.status).toBe(status);
});

test('HEAD has the headers and no body (CF-HEAD-01)', async () => {
  const response = await respondFromBucket(
    bucket('s3:GetObject'),
    request('/a%20file.html', { method: 'HEAD' }),
    SIGNER,
  );
  expect([response.status, response.headers.get('content-length'), await text(response)]).toEqual([
    200,
    '5',
    '',
  ]);
});

test('responds with a part of an object (CF-RANGE-01)', async () => {
  const ask = (range: string) =>
    respondFromBucket(
      bucket('s3:GetObject'),
      request('/a%20file.html', { headers: [['Range', range]] }),
      SIGNER,
    );
  const part = await ask('bytes=1-2');
  expect([part.headers.get('content-range'), part.headers.get('content-length'), await text(part)]).toEqual([
    'bytes 1-2/5',
    '2',
    'el',
  ]);
  expect(await text(await ask('bytes=5-'))).toContain('<Code>InvalidRange</Code>');
});

test('HEAD errors have no body', async () => {
  const response = await respondFromBucket(
    bucket('s3:GetObject'),
    request('/gone', { method: 'HEAD' }),
    SIGNER,
  );
  expect([response.status, response.body]).toEqual([403, undefined]);
});

test('the root lists the bucket when the policy allows it', async () => {
  const response = await respondFromBucket(bucket('s3:ListBucket'), request('/'), SIGNER);
  expect(response.status).toBe(200);
  expect(await text(response)).toContain('<Contents><Key>a file.html</Key>');
});

test('an allowed write is 501', async () => {
  const response = await respondFromBucket(bucket('s3:PutObject'), request('/a', { method: 'PUT' }), SIGNER);
  expect(response.status).toBe(501);
});

test('responds with user metadata, and a version id if the bucket is versioned', async () => {
  const versioned = { ...bucket('s3:GetObject'), isVersioned: true };
  const [object] = versioned.objects.values();
  const metadata = [['x-amz-meta-team', 'a'] as const, ['Content-Disposition', 'inline'] as const];
  versioned.objects.set('x', { ...(object as StoredObject), key: 'x', metadata });
  const { headers } = await respondFromBucket(versioned, request('/x'), SIGNER);
  expect([headers.get('x-amz-meta-team'), headers.get('content-disposition')]).toEqual(['a', 'inline']);
  expect(headers.get('x-amz-version-id')).toMatch(/^.{32}$/);
});

test('reads a large object from disk, and is 500 after the file changed', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'object-'));
  const file = path.join(directory, 'large.bin');
  await writeFile(file, Buffer.alloc(2_000_000, 'x'));
  const files = bucket('s3:GetObject');
  const [object] = files.objects.values();
  const body = await contentOf(file);
  expect(Buffer.isBuffer(body)).toBe(false);
  files.objects.set('large.bin', { ...(object as StoredObject), body });
  const ask = (headers: [string, string][] = []) =>
    respondFromBucket(files, request('/large.bin', { headers }), SIGNER);
  expect((await text(await ask())).length).toBe(2_000_000);
  expect(await text(await ask([['Range', 'bytes=10-12']]))).toBe('xxx');
  await writeFile(file, 'shorter');
  const changed = request('/large.bin');
  expect((await respondFromBucket(files, changed, SIGNER)).status).toBe(500);
  expect(dataOf(changed, 'object.file-changed')).toEqual({ file });
  await rm(directory, { recursive: true });
});

test('an origin access identity reads what the policy allows, by either of its names', async () => {
  const identity = {
    canonicalUserId: 'abc',
    arn: 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1',
  };
  const status = async (principal: { type: string; names: string[] }) => {
    const files = bucket('s3:GetObject');
    const policy = files.policy.map((statement) => ({ ...statement, Principal: [principal] }));
    return (await respondFromBucket({ ...files, policy }, request('/a%20file.html'), identity)).status;
  };
  expect(await status({ type: 'CanonicalUser', names: ['abc'] })).toBe(200);
  expect(await status({ type: 'AWS', names: [identity.arn] })).toBe(200);
  expect(await status({ type: 'AWS', names: ['arn:aws:iam::000000000000:root'] })).toBe(403);
});

test('an unsigned request reads public objects, unless public access is blocked', async () => {
  const files = bucket('s3:GetObject');
  const policy = files.policy.map((statement) => ({
    ...statement,
    Principal: [{ type: '*', names: ['*'] }],
  }));
  const status = async (allowsPublicPolicy: boolean) =>
    (await respondFromBucket({ ...files, policy, allowsPublicPolicy }, request('/a%20file.html'), undefined))
      .status;
  expect([await status(true), await status(false)]).toEqual([200, 403]);
});

test('the viewer’s Host breaks the signature: S3 accepts its own host only', async () => {
  const server = bucketServer(bucket('s3:GetObject'), 'files.s3.eu-west-1.amazonaws.com');
  const incoming = request('/a%20file.html');
  const signed = await server(incoming, SIGNER);
  expect([signed.status, await text(signed)]).toEqual([
    403,
    expect.stringContaining('SignatureDoesNotMatch'),
  ]);
  expect(dataOf(incoming, 'host.mismatch')).toEqual({
    host: 'localhost:4300',
    bucketHost: 'files.s3.eu-west-1.amazonaws.com',
    error: 'SignatureDoesNotMatch',
  });
  expect((await server(request('/a%20file.html'), undefined)).status).toBe(404);
});

const CORS: Bucket['cors'] = [
  {
    allowedOrigins: ['https://*.example.org'],
    allowedMethods: ['GET'],
    allowedHeaders: ['x-*'],
    exposedHeaders: ['ETag'],
    maxAge: 60,
  },
];

test('CORS: allows the origins of the rules only', async () => {
  const files = { ...bucket('s3:GetObject'), cors: CORS };
  const allowedFor = async (origin: string) =>
    (
      await respondFromBucket(files, request('/a%20file.html', { headers: [['Origin', origin]] }), SIGNER)
    ).headers.get('access-control-allow-origin');
  expect(await allowedFor('https://a.example.org')).toBe('https://a.example.org');
  expect(await allowedFor('https://example.com')).toBeUndefined();
});

test.each([
  ['https://a.example.org', 'GET', 'x-one', 200],
  ['https://a.example.org', 'PUT', '', 403],
  ['https://a.example.org', 'GET', 'authorization', 403],
  ['https://b.example', 'GET', '', 403],
])('CORS: the preflight of %s for %s with "%s" is %i', async (origin, method, names, status) => {
  const preflight = request('/a', {
    method: 'OPTIONS',
    headers: [
      ['Origin', origin],
      ['Access-Control-Request-Method', method],
      ['Access-Control-Request-Headers', names],
    ],
  });
  expect((await respondFromBucket({ ...bucket(), cors: CORS }, preflight, SIGNER)).status).toBe(status);
});

test('CORS: a bucket without rules rejects preflights', async () => {
  const preflight = request('/a', {
    method: 'OPTIONS',
    headers: [
      ['Origin', 'https://a.example'],
      ['Access-Control-Request-Method', 'GET'],
    ],
  });
  const response = await respondFromBucket(bucket('s3:GetObject'), preflight, SIGNER);
  expect([response.status, await text(response)]).toEqual([
    403,
    expect.stringContaining('CORS is not enabled'),
  ]);
});
