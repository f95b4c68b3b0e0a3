import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWTPayload, SignJWT } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { describeHop } from '../../../explain/describe-hop';
import { dataOf, eventsOf, text } from '../../../../test/requests';
import { call, POOL_ARN, readRestApi, restApiResources, runRestApi } from '../../../../test/rest-apis';
import type { CognitoAuthorizer } from '../model/cognito-authorizer';
import { type Decision, TokenAuthorizer, type TokenIssuer } from './token-authorizer';

const ISSUER = 'http://localhost:4301/pool';
const NOW = Date.parse('2026-01-01T00:00:00Z');
const SCOPE = 'greetings/read';
const authorizer: CognitoAuthorizer = {
  type: 'cognito',
  name: 'a',
  userPoolArns: [POOL_ARN],
  header: 'Authorization',
  ttlSeconds: 300,
  audienceExpression: undefined,
};

let jwks: JSONWebKeySet;
type PrivateKey = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

let key: PrivateKey;
let unknownKey: PrivateKey;

beforeAll(async () => {
  const pair = await generateKeyPair('RS256');
  key = pair.privateKey;
  unknownKey = (await generateKeyPair('RS256')).privateKey;
  jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] };
});

function access(claims: JWTPayload = {}): JWTPayload {
  const seconds = NOW / 1_000;
  return {
    iss: ISSUER,
    sub: 's',
    token_use: 'access',
    scope: `openid ${SCOPE}`,
    client_id: 'c1',
    exp: seconds + 3_600,
    iat: seconds,
    ...claims,
  };
}

const id = (claims: JWTPayload = {}): JWTPayload => access({ token_use: 'id', aud: 'c1', ...claims });

function sign(payload: JWTPayload, privateKey: PrivateKey = key, kid = 'k1'): Promise<string> {
  return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey);
}

const pool = (): TokenIssuer => ({ arn: POOL_ARN, issuer: ISSUER, jwks: () => jwks });

function decide(
  header: string | undefined,
  scopes: string[] = [SCOPE],
  change: { now?: number; authorizer?: Partial<CognitoAuthorizer>; issuers?: TokenIssuer[] } = {},
): Promise<Decision> {
  const subject = new TokenAuthorizer(change.issuers ?? [pool()], () => change.now ?? NOW);
  return subject.authorize({ ...authorizer, ...change.authorizer }, scopes, header);
}

test('allows an access token with one of the scopes, and decodes it without its signature (AG-AU-05)', async () => {
  expect(await decide(await sign(access()), ['greetings/write', SCOPE])).toEqual({
    allowed: true,
    tokenUse: 'access',
    scope: SCOPE,
    cachedSince: undefined,
    token: { header: { alg: 'RS256', kid: 'k1' }, claims: access() },
  });
});

test('accepts a token with or without Bearer (AG-AU-07)', async () => {
  expect((await decide(`Bearer ${await sign(access())}`)).allowed).toBe(true);
});

test.each([undefined, '', 'Bearer ', 'Bearer'])(
  'rejects a request without a token: %j (AG-AU-01)',
  async (header) => {
    expect(await decide(header)).toMatchObject({ allowed: false, reason: 'token-missing' });
  },
);

test.each(['garbage', 'a.b.c', 'Basic dTpw'])(
  'rejects %j, which is not a token (AG-AU-02)',
  async (header) => {
    expect(await decide(header)).toMatchObject({
      allowed: false,
      reason: 'token-malformed',
      token: undefined,
    });
  },
);

test('rejects a token that another key signed, whatever kid it names (AG-AU-02)', async () => {
  expect(await decide(await sign(access(), unknownKey))).toMatchObject({
    allowed: false,
    reason: 'signature-invalid',
  });
  expect(await decide(await sign(access(), unknownKey, 'k2'))).toMatchObject({
    allowed: false,
    reason: 'key-unknown',
  });
});

test('rejects alg none and HMAC with the public key (AG-AU-02)', async () => {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  expect((await decide(`${encode({ alg: 'none' })}.${encode(access())}.`)).allowed).toBe(false);
  const secret = Buffer.from(JSON.stringify(jwks.keys[0]));
  const hmac = await new SignJWT(access()).setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(secret);
  expect(await decide(hmac)).toMatchObject({ allowed: false, reason: 'algorithm-not-allowed' });
});

test.each(['http://localhost:4301/other', 'https://issuer-cognito-idp.eu-west-1.amazonaws.com/pool'])(
  'rejects a token of the issuer %s (AG-AU-02, AG-AU-13)',
  async (iss) => {
    expect(await decide(await sign(access({ iss })))).toMatchObject({
      allowed: false,
      reason: 'issuer-unknown',
      data: { issuer: iss, trusted: [ISSUER] },
    });
  },
);

test('rejects an expired token (AG-AU-03)', async () => {
  expect(await decide(await sign(access()), undefined, { now: NOW + 3_610_000 })).toMatchObject({
    allowed: false,
    reason: 'token-expired',
    data: { expiredSecondsAgo: 10 },
  });
});

test('rejects a token that is not valid yet (AG-AU-02)', async () => {
  const notBefore = (seconds: number): Promise<string> => sign(access({ nbf: NOW / 1_000 + seconds }));
  expect(await decide(await notBefore(3_600))).toMatchObject({
    allowed: false,
    reason: 'claim-invalid',
    data: { claim: 'nbf' },
  });
  expect((await decide(await notBefore(-1))).allowed).toBe(true);
});

test('rejects a token without an expiry', async () => {
  const { iss, sub, token_use, scope } = access();
  const token = await sign({ iss: String(iss), sub: String(sub), token_use, scope });
  expect(await decide(token)).toMatchObject({ reason: 'claim-invalid', data: { claim: 'exp' } });
});

test('rejects an ID token when the method has scopes (AG-AU-05)', async () => {
  expect(await decide(await sign(id()))).toMatchObject({
    allowed: false,
    reason: 'id-token',
  });
});

test('allows an ID token and rejects an access token when the method has no scopes (AG-AU-04)', async () => {
  expect((await decide(await sign(id()), [])).allowed).toBe(true);
  expect(await decide(await sign(access()), [])).toMatchObject({
    allowed: false,
    reason: 'access-token',
  });
});

test.each(['openid', 'greetings/readonly', '', undefined])(
  'rejects an access token with the scope %j (AG-AU-06)',
  async (scope) => {
    expect(await decide(await sign(access({ scope })))).toMatchObject({
      allowed: false,
      reason: 'scope-missing',
      data: { granted: scope ? [scope] : [] },
    });
  },
);

test('matches IdentityValidationExpression against the whole audience, which an access token does not have (AG-AU-08)', async () => {
  const audienceExpression = 'c[0-9]';
  const decideWith = async (claims: JWTPayload, scopes: string[]) =>
    decide(await sign(claims), scopes, { authorizer: { audienceExpression } });
  expect((await decideWith(id(), [])).allowed).toBe(true);
  expect(await decideWith(id({ aud: 'c12' }), [])).toMatchObject({
    allowed: false,
    reason: 'audience-mismatch',
    data: { audience: 'c12', expression: 'c[0-9]' },
  });
  expect(await decideWith(access(), [SCOPE])).toMatchObject({
    allowed: false,
    reason: 'audience-mismatch',
    data: { audience: undefined, expression: 'c[0-9]' },
  });
});

test('accepts any client of the user pool (AG-AU-09)', async () => {
  expect((await decide(await sign(access({ client_id: 'another' })))).allowed).toBe(true);
});

test('caches a decision for the TTL, and not beyond the expiry of the token (AG-AU-10)', async () => {
  let now = NOW;
  const subject = new TokenAuthorizer([pool()], () => now);
  const since = async (token: string): Promise<number | undefined> => {
    const decision = await subject.authorize(authorizer, [SCOPE], token);
    return decision.allowed ? decision.cachedSince : -1;
  };
  const long = await sign(access());
  const short = await sign(access({ exp: NOW / 1_000 + 60 }));
  expect([await since(long), await since(short)]).toEqual([undefined, undefined]);
  now = NOW + 59_000;
  expect([await since(long), await since(short)]).toEqual([NOW, NOW]);
  now = NOW + 120_000;
  expect([await since(long), await since(short)]).toEqual([NOW, -1]);
  now = NOW + 301_000;
  expect([await since(long), await since(long)]).toEqual([undefined, NOW + 301_000]);
});

test('caches nothing with a TTL of 0, and otherwise for the same scopes only (AG-AU-10)', async () => {
  const subject = new TokenAuthorizer([pool()], () => NOW);
  const token = await sign(access());
  const ask = (ttlSeconds: number, scopes = [SCOPE]) =>
    subject.authorize({ ...authorizer, ttlSeconds }, scopes, token);
  await ask(0);
  expect(await ask(0)).toMatchObject({ allowed: true, cachedSince: undefined });
  await ask(300);
  expect(await ask(300)).toMatchObject({ allowed: true, cachedSince: NOW });
  expect((await ask(300, ['other/scope'])).allowed).toBe(false);
});

test('drops a cached decision when the signing keys change (AG-AU-10)', async () => {
  let keys = jwks;
  const subject = new TokenAuthorizer([{ ...pool(), jwks: () => keys }], () => NOW);
  const token = await sign(access());
  expect((await subject.authorize(authorizer, [SCOPE], token)).allowed).toBe(true);
  keys = { keys: [] };
  expect((await subject.authorize(authorizer, [SCOPE], token)).allowed).toBe(false);
});

test('rejects tokens that were forced to expire at once, but not later ones (AG-AU-03, AG-AU-10)', async () => {
  const forced: { at?: number } = {};
  const subject = new TokenAuthorizer([{ ...pool(), expiredBefore: () => forced.at }], () => NOW + 60_000);
  const token = await sign(access());
  expect((await subject.authorize(authorizer, [SCOPE], token)).allowed).toBe(true);
  forced.at = NOW;
  expect(await subject.authorize(authorizer, [SCOPE], token)).toMatchObject({
    allowed: false,
    reason: 'token-expiry-forced',
  });
  const later = await sign(access({ iat: NOW / 1_000 + 1 }));
  expect((await subject.authorize(authorizer, [SCOPE], later)).allowed).toBe(true);
});

test('rejects every token when the template has no such user pool', async () => {
  expect(await decide(await sign(access()), [SCOPE], { issuers: [] })).toMatchObject({
    allowed: false,
    reason: 'pool-unknown',
    data: { userPoolArns: [POOL_ARN] },
  });
});

const PROTECTED = {
  AuthorizationType: 'COGNITO_USER_POOLS',
  AuthorizerId: { Ref: 'Pool' },
  AuthorizationScopes: [SCOPE],
};

test('a rejection is 401 without WWW-Authenticate, and nothing reaches the backend (AG-AU-01)', async () => {
  const { handle, received } = runRestApi({ method: PROTECTED, issuers: [pool()], now: () => NOW });
  const request = call('/live/api/a');
  const response = await handle(request);
  expect([response.status, await text(response)]).toEqual([401, '{"message":"Unauthorized"}']);
  expect([response.headers.get('x-amzn-errortype'), response.headers.get('content-length')]).toEqual([
    'UnauthorizedException',
    '26',
  ]);
  expect(response.headers.has('www-authenticate')).toBe(false);
  expect([...response.headers].filter(([name]) => /^access-control-/i.test(name))).toEqual([]);
  expect(received).toEqual([]);
  expect(eventsOf(request)).toEqual(['route.matched', 'authorizer.token-missing', 'gateway-response.sent']);
});

test.each(['/api/failed-jobs', '/api/expired-items', '/api/missing'])(
  'a 401 is the decision of the authorizer, whatever words the path %s contains (AG-AU-01)',
  async (path) => {
    const { handle } = runRestApi({ method: PROTECTED, issuers: [pool()], now: () => NOW });
    const request = call(`/live${path}`);
    expect((await handle(request)).status).toBe(401);
    expect(eventsOf(request)).toEqual(['route.matched', 'authorizer.token-missing', 'gateway-response.sent']);
  },
);

test('responds to an expired token with its own message (AG-AU-03)', async () => {
  const { handle } = runRestApi({ method: PROTECTED, issuers: [pool()], now: () => NOW + 4_000_000 });
  const response = await handle(call('/live/api/a', { headers: [['Authorization', await sign(access())]] }));
  expect([response.status, await text(response)]).toEqual([
    401,
    '{"message":"The incoming token has expired"}',
  ]);
});

test('passes on the token, and mapped claims (AG-AU-11)', async () => {
  const { handle, received } = runRestApi({
    method: PROTECTED,
    issuers: [pool()],
    now: () => NOW,
    integration: {
      RequestParameters: {
        'integration.request.path.proxy': 'method.request.path.proxy',
        'integration.request.header.X-User': 'context.authorizer.claims.sub',
        'integration.request.header.X-Groups': 'context.authorizer.claims.cognito:groups',
        'integration.request.header.X-Expires': 'context.authorizer.claims.exp',
      },
    },
  });
  const token = await sign(access({ 'cognito:groups': ['a', 'b'] }));
  const asked = call('/live/api/a', { headers: [['Authorization', `Bearer ${token}`]] });
  expect((await handle(asked)).status).toBe(200);
  const headers = received[0]?.headers;
  expect(headers?.get('authorization')).toBe(`Bearer ${token}`);
  expect([headers?.get('x-user'), headers?.get('x-groups'), headers?.get('x-expires')]).toEqual([
    's',
    'a,b',
    'Thu Jan 01 01:00:00 UTC 2026',
  ]);
  expect(JSON.stringify(asked.trace.hops)).not.toContain(token.split('.')[2]);
});

test('records the decision, the settings and the decoded token (AG-AU-05)', async () => {
  const { handle } = runRestApi({ method: PROTECTED, issuers: [pool()], now: () => NOW });
  const token = await sign(id());
  const request = call('/live/api/a', { headers: [['Authorization', token]] });
  await handle(request);
  expect(dataOf(request, 'authorizer.id-token')).toEqual({
    authorizer: 'pool',
    header: 'Authorization',
    scopes: [SCOPE],
  });
  const [, hop] = request.trace.hops;
  expect(hop && describeHop(hop).facts['Expects']).toBe('an access token with the scope greetings/read');
  expect(hop).toMatchObject({
    details: {
      token: { header: { alg: 'RS256', kid: 'k1' }, claims: { sub: 's', token_use: 'id' } },
    },
  });
});

test('takes the token from another header when the identity source names one (AG-AU-01)', async () => {
  const { handle } = runRestApi({
    method: PROTECTED,
    authorizer: { IdentitySource: 'method.request.header.X-Token' },
    issuers: [pool()],
    now: () => NOW,
  });
  const token = await sign(access());
  const ask = async (name: string) =>
    (await handle(call('/live/api/a', { headers: [[name, token]] }))).status;
  expect([await ask('x-token'), await ask('Authorization')]).toEqual([200, 401]);
});

test.each([
  ['AuthorizerResultTtlInSeconds', 3_601, 'must be 0 to 3600'],
  ['AuthorizerResultTtlInSeconds', -1, 'must be 0 to 3600'],
  ['IdentityValidationExpression', '(', 'Invalid regular expression'],
  ['Type', 'OTHER', 'Pool (AWS::ApiGateway::Authorizer) Type'],
])('rejects a template whose authorizer has %s %j (AG-AU-08, AG-AU-10)', (property, value, message) => {
  expect(() => readRestApi({ method: PROTECTED, authorizer: { [property]: value } })).toThrowError(message);
});

test('applies route, authorizer, validation and integration in this order (AG-AU-14)', async () => {
  const { handle, received } = runRestApi({
    method: {
      ...PROTECTED,
      RequestValidatorId: { Ref: 'Validator' },
      RequestParameters: { 'method.request.path.proxy': true, 'method.request.querystring.name': true },
    },
    issuers: [pool()],
    now: () => NOW,
    resources: {
      Validator: {
        Type: 'AWS::ApiGateway::RequestValidator',
        Properties: { RestApiId: { Ref: 'Api' }, Name: 'v', ValidateRequestParameters: true },
      },
    },
  });
  const headers: [string, string][] = [['Authorization', await sign(access())]];
  expect((await handle(call('/live/nowhere'))).status).toBe(403);
  expect((await handle(call('/live/api/a'))).status).toBe(401);
  expect((await handle(call('/live/api/a', { headers }))).status).toBe(400);
  expect(received).toEqual([]);
  expect((await handle(call('/live/api/a?name=x', { headers }))).status).toBe(200);
});

test('a public method opens its method and path only: other calls need a token (AG-RT-05, AG-AU-01)', async () => {
  const { Any } = restApiResources();
  const open = Any?.Properties as Record<string, object>;
  const { handle, received } = runRestApi({
    issuers: [pool()],
    method: PROTECTED,
    resources: {
      Status: {
        Type: 'AWS::ApiGateway::Resource',
        Properties: { RestApiId: { Ref: 'Api' }, ParentId: { Ref: 'Parent' }, PathPart: 'status' },
      },
      GetStatus: {
        Type: 'AWS::ApiGateway::Method',
        Properties: {
          ...open,
          ResourceId: { Ref: 'Status' },
          HttpMethod: 'GET',
          RequestParameters: {},
          Integration: {
            ...open['Integration'],
            Uri: 'http://internal.example/api/status',
            RequestParameters: {},
          },
        },
      },
    },
  });
  const statusOf = async (target: string, method = 'GET') =>
    (await handle(call(`/live${target}`, { method }))).status;
  expect(await statusOf('/api/status?a=1')).toBe(200);
  expect(received.map(({ target }) => target)).toEqual(['/api/status?a=1']);
  for (const method of ['POST', 'DELETE', 'HEAD']) expect(await statusOf('/api/status', method)).toBe(401);
  for (const path of ['/api/status/more', '/api/statu', '/api/STATUS', '/api/status%2F..%2Fgreeting']) {
    expect(await statusOf(path)).toBe(401);
  }
  expect(received).toHaveLength(1);
});
