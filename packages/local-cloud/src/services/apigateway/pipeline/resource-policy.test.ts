import { expect, test } from 'vitest';
import { dataOf, text } from '../../../../test/requests';
import { call, readRestApi, runRestApi } from '../../../../test/rest-apis';

const ALLOW = { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' };

async function status(statements: object[], target = '/live/api/a', clientIp = '192.0.2.1'): Promise<number> {
  const { handle } = runRestApi({ api: { Policy: { Version: '2012-10-17', Statement: statements } } });
  return (await handle(call(target, { clientIp, headers: [['User-Agent', 'tester/1']] }))).status;
}

test('a call that no statement allows is rejected with IAM’s text and a capital M (AG-PX-08)', async () => {
  const { handle, api, received } = runRestApi({
    api: { Policy: { Statement: [{ ...ALLOW, Resource: 'execute-api:/other/*' }] } },
  });
  const request = call('/live/api/a');
  const response = await handle(request);
  const arn = `arn:aws:execute-api:eu-west-1:000000000000:${api.id}/live/GET/api/a`;
  expect([response.status, await text(response)]).toEqual([
    403,
    `{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: ${arn}"}`,
  ]);
  expect(response.headers.get('x-amzn-errortype')).toBe('AccessDeniedException');
  expect(received).toEqual([]);
  expect(dataOf(request, 'policy.not-allowed')).toEqual({ resource: arn, sourceIp: '192.0.2.1' });
});

test('an explicit deny overrides every allow, and is recorded (AG-PX-08)', async () => {
  const deny = {
    ...ALLOW,
    Sid: 'OnlyUs',
    Effect: 'Deny',
    Condition: { NotIpAddress: { 'aws:SourceIp': ['203.0.113.0/24'] } },
  };
  const { handle } = runRestApi({ api: { Policy: { Statement: [ALLOW, deny] } } });
  const request = call('/live/api/a');
  expect(await text(await handle(request))).toMatch(/with an explicit deny"\}$/);
  expect(dataOf(request, 'policy.denied')).toMatchObject({ statement: 'OnlyUs' });
  expect((await handle(call('/live/api/a', { clientIp: '203.0.113.7' }))).status).toBe(200);
});

test.each([
  ['all calls of this API', {}, 200],
  ['the stage and method', { Resource: ['execute-api:/live/GET/api/*'] }, 200],
  ['another method', { Resource: 'execute-api:/live/POST/*' }, 403],
  ['a whole ARN', { Resource: 'arn:aws:execute-api:*:000000000000:*/live/?ET/api/a' }, 200],
  ['all actions', { Action: ['execute-api:*'] }, 200],
  ['another action', { Action: 'execute-api:ManageConnections' }, 403],
  ['all principals', { Principal: { AWS: '*' } }, 200],
  ['a specific principal', { Principal: { AWS: 'arn:aws:iam::000000000000:root' } }, 403],
  ['the address', { Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } }, 200],
  ['another address', { Condition: { IpAddress: { 'aws:SourceIp': ['192.0.2.2', '2001:db8::/32'] } } }, 403],
  ['a VPC endpoint', { Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1' } } }, 403],
  ['not from a VPC', { Condition: { StringNotEquals: { 'aws:SourceVpc': 'vpc-1' } } }, 200],
  ['a user agent', { Condition: { StringLike: { 'aws:UserAgent': 'tester/*' } } }, 200],
  ['not a user agent', { Condition: { StringNotLike: { 'aws:UserAgent': 'tester/*' } } }, 403],
  ['HTTPS', { Condition: { Bool: { 'aws:SecureTransport': true } } }, 200],
])('a statement for %s (AG-PX-08)', async (_, change, expected) => {
  expect(await status([{ ...ALLOW, ...change }])).toBe(expected);
});

test.each([
  [
    { DateLessThan: { 'aws:CurrentTime': '2030-01-01' } },
    'DateLessThan is not supported; use one of IpAddress',
  ],
  [
    { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } },
    'the condition key aws:PrincipalOrgID is not supported',
  ],
  [{ IpAddress: { 'aws:SourceIp': 'here' } }, 'must be aws:SourceIp with addresses or CIDR blocks'],
])('rejects a template with an unsupported condition: %j (AG-PX-08)', (Condition, message) => {
  expect(() => readRestApi({ api: { Policy: { Statement: [{ ...ALLOW, Condition }] } } })).toThrowError(
    message,
  );
});

test('the authorizer decides before the policy (AG-AU-14)', async () => {
  const { handle } = runRestApi({
    api: { Policy: { Statement: [{ ...ALLOW, Effect: 'Deny' }] } },
    method: { AuthorizationType: 'COGNITO_USER_POOLS', AuthorizerId: { Ref: 'Pool' } },
  });
  expect((await handle(call('/live/api/a'))).status).toBe(401);
});
