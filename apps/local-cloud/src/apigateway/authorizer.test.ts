import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWTPayload, SignJWT } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { TokenAuthorizer, type Verdict } from './authorizer';
import type { CognitoAuthorizer } from './rest-api';

const ISSUER = 'http://localhost:4301/pool';
const POOL_ARN = 'arn:aws:cognito-idp:eu-west-1:000000000000:userpool/pool';
const NOW = Date.parse('2026-01-01T00:00:00Z');
const authorizer: CognitoAuthorizer = {
  name: 'a',
  userPoolArns: [POOL_ARN],
  header: 'authorization',
  ttlSeconds: 300,
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
    scope: 'openid greetings/read',
    exp: seconds + 3_600,
    iat: seconds,
    ...claims,
  };
}

function sign(payload: JWTPayload, privateKey: PrivateKey = key, kid = 'k1'): Promise<string> {
  return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey);
}

function decide(
  header: string | undefined,
  scopes: string[] = ['greetings/read'],
  now = NOW,
): Promise<Verdict> {
  const subject = new TokenAuthorizer([{ arn: POOL_ARN, issuer: ISSUER, jwks: () => jwks }], () => now);
  return subject.authorize(authorizer, scopes, header);
}

test('AG-AU-05: an access token with one of the scopes is allowed', async () => {
  expect(await decide(await sign(access()))).toMatchObject({ allowed: true, subject: 's' });
});

test('AG-AU-07: with or without Bearer', async () => {
  expect((await decide(`Bearer ${await sign(access())}`)).allowed).toBe(true);
});

test.each([undefined, '', 'Bearer ', 'garbage', 'a.b.c'])(
  'AG-AU-01, AG-AU-02: %j is refused',
  async (header) => {
    expect(await decide(header)).toMatchObject({ allowed: false, expired: false });
  },
);

test('AG-AU-02: a key the pool does not have is refused, whatever kid it claims', async () => {
  expect((await decide(await sign(access(), strangeKey))).allowed).toBe(false);
  expect((await decide(await sign(access(), strangeKey, 'k2'))).allowed).toBe(false);
});

test('AG-AU-02: alg none and HMAC with the public key are refused', async () => {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  expect((await decide(`${encode({ alg: 'none' })}.${encode(access())}.`)).allowed).toBe(false);
  const secret = Buffer.from(JSON.stringify(jwks.keys[0]));
  const hmac = await new SignJWT(access()).setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(secret);
  expect((await decide(hmac)).allowed).toBe(false);
});

test('AG-AU-02: the token of another pool is refused', async () => {
  expect((await decide(await sign(access({ iss: 'http://localhost:4301/other' })))).allowed).toBe(false);
});

test('AG-AU-03: an expired token is refused as expired', async () => {
  expect(await decide(await sign(access()), undefined, NOW + 3_601_000)).toMatchObject({
    allowed: false,
    expired: true,
  });
});

test('an expiry is needed', async () => {
  const { iss, sub, token_use, scope } = access();
  expect((await decide(await sign({ iss: String(iss), sub: String(sub), token_use, scope }))).allowed).toBe(
    false,
  );
});

test('AG-AU-05: an ID token is refused where a scope is asked for, with the reason', async () => {
  const verdict = await decide(await sign(access({ token_use: 'id' })));
  expect(verdict).toMatchObject({ allowed: false, reason: expect.stringContaining('this is an ID token') });
});

test('AG-AU-04: without scopes an ID token is allowed and an access token is not', async () => {
  expect((await decide(await sign(access({ token_use: 'id' })), [])).allowed).toBe(true);
  expect((await decide(await sign(access()), [])).allowed).toBe(false);
});

test.each(['openid', 'greetings/readonly', '', undefined])('AG-AU-06: scope %j is refused', async (scope) => {
  expect((await decide(await sign(access({ scope })))).allowed).toBe(false);
});

test('AG-AU-10: a verdict is kept for its time, and not beyond the expiry of the token', async () => {
  let now = NOW;
  let keys = jwks;
  const subject = new TokenAuthorizer([{ arn: POOL_ARN, issuer: ISSUER, jwks: () => keys }], () => now);
  const decideAgain = async (token: string): Promise<boolean> =>
    (await subject.authorize(authorizer, ['greetings/read'], token)).allowed;
  const long = await sign(access());
  const short = await sign(access({ exp: NOW / 1_000 + 60 }));
  expect([await decideAgain(long), await decideAgain(short)]).toEqual([true, true]);
  keys = { keys: [] };
  now = NOW + 120_000;
  expect([await decideAgain(long), await decideAgain(short)]).toEqual([true, false]);
  now = NOW + 301_000;
  expect(await decideAgain(long)).toBe(false);
});

test('a pool that is not of this template refuses everything', async () => {
  const subject = new TokenAuthorizer([], () => NOW);
  expect((await subject.authorize(authorizer, ['greetings/read'], await sign(access()))).allowed).toBe(false);
});
