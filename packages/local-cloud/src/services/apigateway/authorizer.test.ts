import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWTPayload, SignJWT } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { call, lastNote, POOL_ARN, readRestApi, runRestApi } from '../../../test/rest-apis';
import { text } from '../../../test/requests';
import { TokenAuthorizer, type TokenIssuer, type Verdict } from './authorizer';
import type { CognitoAuthorizer } from './cognito-authorizer';

const ISSUER = 'http://localhost:4301/pool';
const NOW = Date.parse('2026-01-01T00:00:00Z');
const SCOPE = 'greetings/read';
const authorizer: CognitoAuthorizer = {
  name: 'a',
  userPoolArns: [POOL_ARN],
  header: 'Authorization',
  ttlSeconds: 300,
  audience: undefined,
};

let jwks: JSONWebKeySet;
type PrivateKey = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

let key: PrivateKey;
let strangeKey: PrivateKey;

beforeAll(async () => {
  const pair = await generateKeyPair('RS256');
  key = pair.privateKey;
  strangeKey = (await generateKeyPair('RS256')).privateKey;
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
): Promise<Verdict> {
  const subject = new TokenAuthorizer(change.issuers ?? [pool()], () => change.now ?? NOW);
  return subject.authorize({ ...authorizer, ...change.authorizer }, scopes, header);
}

test('AG-AU-05: an access token with one of the scopes is allowed, and shown decoded without its signature', async () => {
  expect(await decide(await sign(access()), ['greetings/write', SCOPE])).toEqual({
    allowed: true,
    reason: 'an access token of s, with the scope greetings/read',
    keptSince: undefined,
    token: { header: { alg: 'RS256', kid: 'k1' }, claims: access() },
  });
});

test('AG-AU-07: with or without Bearer', async () => {
  expect((await decide(`Bearer ${await sign(access())}`)).allowed).toBe(true);
});

test.each([undefined, '', 'Bearer ', 'Bearer'])(
  'AG-AU-01: without a token (%j) the answer says so',
  async (header) => {
    expect(await decide(header)).toMatchObject({
      allowed: false,
      expired: false,
      reason: 'the request has no token in its Authorization header',
    });
  },
);

test.each(['garbage', 'a.b.c', 'Basic dTpw'])('AG-AU-02: %j is no token', async (header) => {
  expect(await decide(header)).toMatchObject({ allowed: false, expired: false, token: undefined });
});

test('AG-AU-02: a key the pool does not have is refused, whatever kid it claims', async () => {
  expect(await decide(await sign(access(), strangeKey))).toMatchObject({
    allowed: false,
    reason: expect.stringContaining('the signature does not fit'),
  });
  expect(await decide(await sign(access(), strangeKey, 'k2'))).toMatchObject({
    allowed: false,
    reason: expect.stringContaining('none of the user pool’s'),
  });
});

test('AG-AU-02: alg none and HMAC with the public key are refused', async () => {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  expect((await decide(`${encode({ alg: 'none' })}.${encode(access())}.`)).allowed).toBe(false);
  const secret = Buffer.from(JSON.stringify(jwks.keys[0]));
  const hmac = await new SignJWT(access()).setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(secret);
  expect((await decide(hmac)).allowed).toBe(false);
});

test.each(['http://localhost:4301/other', 'https://issuer-cognito-idp.eu-west-1.amazonaws.com/pool'])(
  'AG-AU-02, AG-AU-13: a token of the issuer %s is refused',
  async (iss) => {
    expect(await decide(await sign(access({ iss })))).toMatchObject({
      allowed: false,
      reason: `the token is from ${iss}; the authorizer trusts ${ISSUER} only`,
    });
  },
);

test('AG-AU-03: an expired token is refused as expired', async () => {
  expect(await decide(await sign(access()), undefined, { now: NOW + 3_610_000 })).toMatchObject({
    allowed: false,
    expired: true,
    reason: 'the token has expired, 10 s ago',
  });
});

test('AG-AU-02: a token that is not yet valid is refused', async () => {
  const notBefore = (seconds: number): Promise<string> => sign(access({ nbf: NOW / 1_000 + seconds }));
  expect((await decide(await notBefore(3_600))).allowed).toBe(false);
  expect((await decide(await notBefore(-1))).allowed).toBe(true);
});

test('an expiry is needed', async () => {
  const { iss, sub, token_use, scope } = access();
  const token = await sign({ iss: String(iss), sub: String(sub), token_use, scope });
  expect((await decide(token)).allowed).toBe(false);
});

test('AG-AU-05: an ID token is refused where a scope is asked for, with the reason', async () => {
  expect(await decide(await sign(id()))).toMatchObject({
    allowed: false,
    reason: 'scope greetings/read missing: this is an ID token; the method takes access tokens',
  });
});

test('AG-AU-04: without scopes an ID token is allowed and an access token is not', async () => {
  expect((await decide(await sign(id()), [])).allowed).toBe(true);
  expect(await decide(await sign(access()), [])).toMatchObject({
    allowed: false,
    reason: 'this is an access token; the method asks for no scope, so it takes ID tokens',
  });
});

test.each(['openid', 'greetings/readonly', '', undefined])('AG-AU-06: scope %j is refused', async (scope) => {
  expect(await decide(await sign(access({ scope })))).toMatchObject({
    allowed: false,
    reason: `scope greetings/read missing: the access token has ${scope === undefined || scope === '' ? 'none' : scope}`,
  });
});

test('AG-AU-08: IdentityValidationExpression must match the whole audience, which an access token does not have', async () => {
  const audience = { expression: 'c[0-9]', pattern: /^(?:c[0-9])$/ };
  const decideWith = async (claims: JWTPayload, scopes: string[]) =>
    decide(await sign(claims), scopes, { authorizer: { audience } });
  expect((await decideWith(id(), [])).allowed).toBe(true);
  expect(await decideWith(id({ aud: 'c12' }), [])).toMatchObject({
    allowed: false,
    reason:
      "the token's audience (aud) is c12; the authorizer's IdentityValidationExpression asks for c[0-9]",
  });
  expect(await decideWith(access(), [SCOPE])).toMatchObject({
    allowed: false,
    reason: expect.stringContaining('an access token has no audience (aud)'),
  });
});

test('AG-AU-09: any client of the pool is accepted', async () => {
  expect((await decide(await sign(access({ client_id: 'another' })))).allowed).toBe(true);
});

test('AG-AU-10: a verdict is kept for its time, and not beyond the expiry of the token', async () => {
  let now = NOW;
  const subject = new TokenAuthorizer([pool()], () => now);
  const since = async (token: string): Promise<number | undefined> => {
    const verdict = await subject.authorize(authorizer, [SCOPE], token);
    return verdict.allowed ? verdict.keptSince : -1;
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

test('AG-AU-10: nothing is kept with a TTL of 0, and what is kept is kept for the same scopes only', async () => {
  const subject = new TokenAuthorizer([pool()], () => NOW);
  const token = await sign(access());
  const ask = (ttlSeconds: number, scopes = [SCOPE]) =>
    subject.authorize({ ...authorizer, ttlSeconds }, scopes, token);
  await ask(0);
  expect(await ask(0)).toMatchObject({ allowed: true, keptSince: undefined });
  await ask(300);
  expect(await ask(300)).toMatchObject({ allowed: true, keptSince: NOW });
  expect((await ask(300, ['other/scope'])).allowed).toBe(false);
});

test('AG-AU-10: new signing keys end what was kept', async () => {
  let keys = jwks;
  const subject = new TokenAuthorizer([{ ...pool(), jwks: () => keys }], () => NOW);
  const token = await sign(access());
  expect((await subject.authorize(authorizer, [SCOPE], token)).allowed).toBe(true);
  keys = { keys: [] };
  expect((await subject.authorize(authorizer, [SCOPE], token)).allowed).toBe(false);
});

test('AG-AU-03, AG-AU-10: tokens that were made to expire count as expired at once, later ones do not', async () => {
  const cut: { at?: number } = {};
  const subject = new TokenAuthorizer([{ ...pool(), expiredBefore: () => cut.at }], () => NOW + 60_000);
  const token = await sign(access());
  expect((await subject.authorize(authorizer, [SCOPE], token)).allowed).toBe(true);
  cut.at = NOW;
  expect(await subject.authorize(authorizer, [SCOPE], token)).toMatchObject({
    allowed: false,
    expired: true,
  });
  const later = await sign(access({ iat: NOW / 1_000 + 1 }));
  expect((await subject.authorize(authorizer, [SCOPE], later)).allowed).toBe(true);
});

test('a pool that is not of this template refuses everything', async () => {
  expect(await decide(await sign(access()), [SCOPE], { issuers: [] })).toMatchObject({
    allowed: false,
    reason: `no user pool of this template is ${POOL_ARN}`,
  });
});

const PROTECTED = {
  AuthorizationType: 'COGNITO_USER_POOLS',
  AuthorizerId: { Ref: 'Pool' },
  AuthorizationScopes: [SCOPE],
};

test('AG-AU-01: a refusal is 401 without WWW-Authenticate, and nothing reaches the backend', async () => {
  const { handle, received } = runRestApi({ method: PROTECTED, issuers: [pool()], now: () => NOW });
  const asked = call('/live/api/a');
  const response = await handle(asked);
  expect([response.status, await text(response)]).toEqual([401, '{"message":"Unauthorized"}']);
  expect([response.headers.get('x-amzn-errortype'), response.headers.get('content-length')]).toEqual([
    'UnauthorizedException',
    '26',
  ]);
  expect(response.headers.has('www-authenticate')).toBe(false);
  expect([...response.headers].filter(([name]) => /^access-control-/i.test(name))).toEqual([]);
  expect(received).toEqual([]);
  expect(lastNote(asked)).toBe('Authorizer: refused: the request has no token in its Authorization header');
});

test('AG-AU-03: an expired token is told so', async () => {
  const { handle } = runRestApi({ method: PROTECTED, issuers: [pool()], now: () => NOW + 4_000_000 });
  const response = await handle(call('/live/api/a', { headers: [['Authorization', await sign(access())]] }));
  expect([response.status, await text(response)]).toEqual([
    401,
    '{"message":"The incoming token has expired"}',
  ]);
});

test('AG-AU-11: the token is passed on, and claims where they are mapped', async () => {
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

test('the trace has the verdict, what was expected, and the token decoded (AG-AU-05)', async () => {
  const { handle } = runRestApi({ method: PROTECTED, issuers: [pool()], now: () => NOW });
  const token = await sign(id());
  const asked = call('/live/api/a', { headers: [['Authorization', token]] });
  await handle(asked);
  expect(asked.trace.hops.at(-1)).toMatchObject({
    service: 'Authorizer',
    note: 'refused: scope greetings/read missing: this is an ID token; the method takes access tokens',
    details: {
      facts: { Expects: 'an access token with the scope greetings/read' },
      token: { header: { alg: 'RS256', kid: 'k1' }, claims: { sub: 's', token_use: 'id' } },
    },
  });
});

test('another identity source takes the token from there (AG-AU-01)', async () => {
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
  ['Type', 'TOKEN', 'TOKEN is not run here: the authorizer would be a Lambda function'],
])('an authorizer with %s %j is refused at start (AG-AU-08, AG-AU-10)', (property, value, message) => {
  expect(() => readRestApi({ method: PROTECTED, authorizer: { [property]: value } })).toThrowError(message);
});

test('a route comes before the authorizer, the authorizer before validation and integration (AG-AU-14)', async () => {
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
