import { expect, test } from 'vitest';
import { request, text } from '../../test/requests';
import type { Bucket, StoredObject } from './bucket';
import { answerFromBucket } from './handler';

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
    objects: new Map([[object.key, object]]),
  };
}

test('CF-S3-05: an object comes with its metadata', async () => {
  const response = answerFromBucket(bucket('s3:GetObject'), request('/a%20file.html'), SIGNER);
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

test('CF-S3-01: a missing key is 403 without ListBucket', async () => {
  const response = answerFromBucket(bucket('s3:GetObject'), request('/gone'), SIGNER);
  expect([response.status, response.headers.get('content-type')]).toEqual([403, 'application/xml']);
  expect(await text(response)).toMatch(
    /^<\?xml version="1.0" encoding="UTF-8"\?>\n<Error><Code>AccessDenied<\/Code><Message>Access Denied<\/Message><RequestId>/,
  );
});

test('CF-S3-02: a missing key is 404 with ListBucket, the key escaped', async () => {
  const response = answerFromBucket(bucket('s3:GetObject', 's3:ListBucket'), request('/%3Cb%3E'), SIGNER);
  expect(response.status).toBe(404);
  expect(await text(response)).toContain('<Key>&#60;b&#62;</Key>');
});

test('CF-S3-06: keys are case-sensitive', () => {
  expect(answerFromBucket(bucket('s3:GetObject'), request('/A%20file.html'), SIGNER).status).toBe(403);
});

test.each([
  ['nobody signs', undefined, 's3:GetObject', '/a%20file.html', 'GET'],
  ['the policy allows nothing', SIGNER, 's3:PutObject', '/a%20file.html', 'GET'],
  ['the path does not decode', SIGNER, 's3:GetObject', '/%zz', 'GET'],
  ['it would write', SIGNER, 's3:*', '/a%20file.html', 'PUT'],
])('refused when %s', (_, signer, action, path, method) => {
  expect(answerFromBucket(bucket(action), request(path, { method }), signer).status).toBe(403);
});

test.each([
  ['If-None-Match', '"x", "e"', 304],
  ['If-None-Match', 'W/"e"', 304],
  ['If-None-Match', '"x"', 200],
  ['If-Modified-Since', 'Thu, 01 Jan 2026 00:00:00 GMT', 304],
  ['If-Modified-Since', 'Wed, 31 Dec 2025 00:00:00 GMT', 200],
  ['If-Modified-Since', 'yesterday', 200],
])('%s: %s is answered with %i', (name, value, status) => {
  const response = answerFromBucket(
    bucket('s3:GetObject'),
    request('/a%20file.html', { headers: [[name, value]] }),
    SIGNER,
  );
  expect(response.status).toBe(status);
});

test('CF-HEAD-01: HEAD has the headers and no body', async () => {
  const response = answerFromBucket(
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
