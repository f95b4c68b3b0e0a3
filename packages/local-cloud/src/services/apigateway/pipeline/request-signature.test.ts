import { AwsV4Signer } from 'aws4fetch';
import { expect, test } from 'vitest';
import { fakeFunction, invocationUri } from '../../../../test/functions';
import { dataOf, eventsOf, text } from '../../../../test/requests';
import { call, type RestApiChange, runRestApi } from '../../../../test/rest-apis';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const TARGET = '/live/api/a%20b/c?q=x%20y&r=1&q=2';

const signedApi = (change: RestApiChange = {}) =>
  runRestApi({ ...change, now: () => NOW, method: { AuthorizationType: 'AWS_IAM', ...change.method } });

/** Headers of a request to the local API, signed by another implementation. */
async function signed(
  change: Partial<ConstructorParameters<typeof AwsV4Signer>[0]> = {},
  extra: [string, string][] = [],
): Promise<[string, string][]> {
  const { headers } = await new AwsV4Signer({
    method: 'POST',
    url: `http://localhost:4302${TARGET}`,
    accessKeyId: 'LOCAL',
    secretAccessKey: 'secret',
    service: 'execute-api',
    region: 'eu-west-1',
    datetime: '20260102T030405Z',
    body: '{"a":1}',
    headers: Object.fromEntries(extra),
    ...change,
  }).sign();
  return [...headers].filter(([name]) => name !== 'host');
}

const post = (headers: [string, string][], body = '{"a":1}', target = TARGET) =>
  call(target, { method: 'POST', headers, body });

test('a request signed with the local credentials passes, without its signature to the backend (AG-IA-01, AG-IA-02)', async () => {
  const { handle, received } = signedApi();
  const request = post(await signed({}, [['x-note', 'a  b']]));
  expect((await handle(request)).status).toBe(200);
  expect(eventsOf(request)).toContain('signature.accepted');
  expect(received[0]?.headers.has('authorization')).toBe(false);
  expect(received[0]?.headers.get('x-note')).toBe('a  b');
});

test('functions learn who signed the request (AG-IA-02)', async () => {
  const { functions, calls } = fakeFunction(() => ({ statusCode: 200 }));
  const integration = {
    Type: 'AWS_PROXY',
    IntegrationHttpMethod: 'POST',
    Uri: invocationUri(),
    ConnectionType: 'INTERNET',
  };
  const { handle } = signedApi({ integration, functions });
  expect((await handle(post(await signed()))).status).toBe(200);
  expect(calls[0]?.event['requestContext']).toMatchObject({
    identity: {
      accessKey: 'LOCAL',
      accountId: '000000000000',
      userArn: 'arn:aws:iam::000000000000:user/local-cloud',
    },
  });
  expect(Object.keys(calls[0]?.event['headers'] as object)).not.toContain('authorization');
});

const mismatch = 'The request signature we calculated does not match';

test.each([
  ['no signature', [], 'missing', 'Missing Authentication Token'],
  ['a bearer token', [['Authorization', 'Bearer x']], 'malformed', 'Invalid key=value pair'],
  [
    'an unknown access key',
    { accessKeyId: 'AKIAOTHER' },
    'key-unknown',
    'The security token included in the request is invalid.',
  ],
  ['another secret key', { secretAccessKey: 'other' }, 'invalid', mismatch],
  [
    'another region',
    { region: 'us-east-1' },
    'scope-wrong',
    'Credential should be scoped to a valid region.',
  ],
  [
    'another service',
    { service: 's3' },
    'scope-wrong',
    "Credential should be scoped to correct service: 'execute-api'.",
  ],
  ['an old date', { datetime: '20260102T025904Z' }, 'expired', 'Signature expired: 20260102T025904Z'],
  ['a date in the future', { datetime: '20260102T030906Z' }, 'expired', 'Signature not yet current'],
  ['another host', { url: `http://api.example${TARGET}` }, 'invalid', mismatch],
  ['another method', { method: 'PUT' }, 'invalid', mismatch],
])('a request with %s is 403 (AG-IA-01)', async (_, change, reason, message) => {
  const { handle, received } = signedApi();
  const headers = Array.isArray(change) ? (change as [string, string][]) : await signed(change);
  const request = post(headers);
  const response = await handle(request);
  expect([response.status, await text(response), received.length]).toEqual([
    403,
    expect.stringContaining(message),
    0,
  ]);
  expect(eventsOf(request)).toContain(`signature.${reason}`);
});

test.each([
  ['body', '{"a":2}', TARGET],
  ['query', '{"a":1}', TARGET.replace('r=1', 'r=2')],
  ['path', '{"a":1}', TARGET.replace('/c', '/d')],
])('a request whose %s changed after it was signed is 403 (AG-IA-01)', async (_, body, target) => {
  const { handle } = signedApi();
  for (const headers of [await signed(), await signed({}, [['x-amz-content-sha256', 'UNSIGNED-PAYLOAD']])]) {
    const request = post(headers, body, target);
    expect((await handle(request)).status).toBe(403);
    expect(dataOf(request, 'signature.invalid')).toEqual({});
  }
});

/** Path and query of a presigned URL. */
async function presigned(
  expires: string | undefined,
  change: Partial<ConstructorParameters<typeof AwsV4Signer>[0]> = {},
): Promise<string> {
  const { url } = await new AwsV4Signer({
    url: `http://localhost:4302${TARGET}${expires === undefined ? '' : `&X-Amz-Expires=${expires}`}`,
    accessKeyId: 'LOCAL',
    secretAccessKey: 'secret',
    service: 'execute-api',
    region: 'eu-west-1',
    datetime: '20260102T030000Z',
    signQuery: true,
    ...change,
  }).sign();
  return url.pathname + url.search;
}

test('a presigned URL passes (AG-IA-04)', async () => {
  const { handle, received } = signedApi();
  const request = call(await presigned('600'));
  expect((await handle(request)).status).toBe(200);
  expect(eventsOf(request)).toContain('signature.accepted');
  expect(received).toHaveLength(1);
});

test.each([
  ['is too old', presigned('60'), 'expired'],
  ['is from the future', presigned('60', { datetime: '20260102T031000Z' }), 'expired'],
  ['is valid for too long', presigned('604801'), 'malformed'],
  ['has no lifetime', presigned(undefined), 'malformed'],
  ['was signed by another secret key', presigned('600', { secretAccessKey: 'other' }), 'invalid'],
  [
    'was signed for another host',
    presigned('600', { url: `http://api.example${TARGET}&X-Amz-Expires=600` }),
    'invalid',
  ],
  ['was changed', presigned('600').then((target) => target.replace('r=1', 'r=2')), 'invalid'],
  ['has a longer lifetime now', presigned('60').then((target) => target.replace('=60&', '=600&')), 'invalid'],
])('a presigned URL that %s is 403 (AG-IA-04)', async (_, target, reason) => {
  const { handle, received } = signedApi();
  const request = call(await target);
  expect((await handle(request)).status).toBe(403);
  expect(received).toHaveLength(0);
  expect(eventsOf(request)).toContain(`signature.${reason}`);
});

test.each([
  ['*', 200, 'Allow', 'arn:aws:iam::000000000000:user/other'],
  ['the user', 403, 'Deny', 'arn:aws:iam::000000000000:user/local-cloud'],
  ['everyone', 403, 'Deny', '*'],
])('a resource policy for %s: %i (AG-IA-03)', async (_, status, Effect, AWS) => {
  const Policy = {
    Statement: [{ Effect, Principal: { AWS }, Action: 'execute-api:Invoke', Resource: 'execute-api:/*' }],
  };
  const { handle } = signedApi({ api: { Policy } });
  expect((await handle(post(await signed()))).status).toBe(status);
});
