import { createHash } from 'node:crypto';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { afterEach, expect, test, vi } from 'vitest';
import { locationOf } from '../testing/browser';
import { headerTextOf, payloadOf } from '../testing/payload';
import { ADA, startCognito } from '../testing/running-cognito';
import type { SampleChanges } from '../testing/template';
import type { SeededUser } from '../users/user-file';

afterEach(() => vi.useRealTimers());

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

async function issued(
  options: { changes?: SampleChanges; user?: SeededUser; request?: Record<string, string | undefined> } = {},
) {
  const user = options.user ?? ADA;
  const running = await startCognito(options.changes, { users: [user] });
  const visitor = running.browser();
  const { body } = await visitor.redeem((await visitor.signIn(user, options.request)).get('code'));
  await running.close();
  return {
    running,
    accessToken: String(body.access_token),
    id: payloadOf(body.id_token),
    access: payloadOf(body.access_token),
    idToken: String(body.id_token),
    expiresIn: body.expires_in,
  };
}

test('the header has the key id and the algorithm only [CG-JT-01]', async () => {
  const { accessToken, idToken, running } = await issued();
  const [idKey, accessKey] = running.cognito.jwks(running.pool.id).keys;
  expect(headerTextOf(idToken)).toBe(JSON.stringify({ kid: idKey?.kid, alg: 'RS256' }));
  expect(headerTextOf(accessToken)).toBe(JSON.stringify({ kid: accessKey?.kid, alg: 'RS256' }));
});

test('ID and access tokens do not verify with each other’s key [CG-JW-01]', async () => {
  const { accessToken, idToken, running } = await issued();
  const [idKey, accessKey] = running.cognito.jwks(running.pool.id).keys;
  const only = (key: typeof idKey) => createLocalJWKSet({ keys: key ? [key] : [] });
  await expect(jwtVerify(idToken, only(idKey))).resolves.toBeDefined();
  await expect(jwtVerify(accessToken, only(accessKey))).resolves.toBeDefined();
  await expect(jwtVerify(idToken, only(accessKey))).rejects.toThrow();
  await expect(jwtVerify(accessToken, only(idKey))).rejects.toThrow();
});

test('the ID token has exactly the claims of Cognito, in its order', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-22T10:00:00.400Z') });
  const { id, running, accessToken } = await issued();
  const now = Date.parse('2026-11-22T10:00:00Z') / 1_000;
  expect(id).toEqual({
    at_hash: createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url'),
    sub: expect.stringMatching(UUID),
    email_verified: true,
    iss: running.issuer,
    'cognito:username': 'ada',
    nonce: 'a-nonce',
    origin_jti: expect.stringMatching(UUID),
    aud: running.clientId,
    event_id: expect.stringMatching(UUID),
    token_use: 'id',
    auth_time: now,
    name: 'Ada Lovelace',
    exp: now + 3_600,
    iat: now,
    jti: expect.stringMatching(UUID),
    email: 'ada@example.com',
  });
});

test('the access token has exactly the claims of Cognito, in its order', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-22T10:00:00.400Z') });
  const { id, access, running } = await issued();
  const now = Date.parse('2026-11-22T10:00:00Z') / 1_000;
  expect(Object.entries(access)).toEqual([
    ['sub', id.sub],
    ['iss', running.issuer],
    ['version', 2],
    ['client_id', running.clientId],
    ['origin_jti', id.origin_jti],
    ['event_id', id.event_id],
    ['token_use', 'access'],
    ['scope', 'openid email profile greetings/read'],
    ['auth_time', now],
    ['exp', now + 3_600],
    ['iat', now],
    ['jti', expect.stringMatching(UUID)],
    ['username', 'ada'],
  ]);
});

test('access and ID tokens have the lifetimes of the client [CG-JT-02]', async () => {
  const { id, access, expiresIn } = await issued({
    changes: {
      client: {
        AccessTokenValidity: 300,
        IdTokenValidity: 2,
        TokenValidityUnits: { AccessToken: 'seconds', IdToken: 'hours' },
      },
    },
  });
  expect(Number(access.exp) - Number(access.iat)).toBe(300);
  expect(expiresIn).toBe(300);
  expect(Number(id.exp) - Number(id.iat)).toBe(7_200);
});

test('the username in tokens is the sub when users sign in by e-mail [CG-JT-03]', async () => {
  const { id, access } = await issued({
    changes: { pool: { UsernameAttributes: ['email'] } },
    user: { ...ADA, username: ADA.email },
  });
  expect(id['cognito:username']).toBe(id.sub);
  expect(access.username).toBe(access.sub);
});

test.each([
  ['openid', ['name', 'email', 'email_verified']],
  ['openid greetings/read', ['name', 'email', 'email_verified']],
  ['openid email', ['email', 'email_verified']],
  ['openid profile', ['name']],
  ['openid email profile', ['name', 'email', 'email_verified']],
])('the scope "%s" adds %j to the ID token [CG-JT-04]', async (scope, shown) => {
  const { id } = await issued({ request: { scope } });
  const attributes = Object.keys(id).filter((claim) => ['name', 'email', 'email_verified'].includes(claim));
  expect(attributes.toSorted()).toEqual([...shown].toSorted());
});

test('the ID token omits attributes that the client cannot read [CG-JT-04]', async () => {
  const { id } = await issued({
    changes: { client: { ReadAttributes: ['email'] } },
    request: { scope: 'openid' },
  });
  expect(id).toMatchObject({ email: 'ada@example.com' });
  expect(id).not.toHaveProperty('name');
  expect(id).not.toHaveProperty('email_verified');
});

test('other attributes need openid alone or profile, a phone number needs phone [CG-JT-04]', async () => {
  const attributes = { 'custom:team': 'blue', given_name: 'Ada', phone_number: '+441234567890' };
  const user = { ...ADA, attributes };
  const client = { AllowedOAuthScopes: ['openid', 'email', 'phone', 'profile'] };
  const shown = async (scope: string) => {
    const { id } = await issued({ changes: { client }, user, request: { scope } });
    const all = [...Object.keys(attributes), 'phone_number_verified', 'name', 'email'];
    return Object.fromEntries(Object.entries(id).filter(([claim]) => all.includes(claim)));
  };
  const profile = { 'custom:team': 'blue', given_name: 'Ada', name: 'Ada Lovelace' };
  const phone = { phone_number: '+441234567890', phone_number_verified: false };
  expect(await shown('openid')).toEqual({ ...profile, ...phone, email: 'ada@example.com' });
  expect(await shown('openid profile')).toEqual(profile);
  expect(await shown('openid phone')).toEqual(phone);
});

test('tokens have no origin_jti when the client has revocation off [CG-RV-03]', async () => {
  const { id, access } = await issued({ changes: { client: { EnableTokenRevocation: false } } });
  expect(id).not.toHaveProperty('origin_jti');
  expect(id).not.toHaveProperty('jti');
  expect(access).not.toHaveProperty('origin_jti');
});

const groups = (byName: Record<string, Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(byName).map(([GroupName, properties]) => [
      GroupName,
      {
        Type: 'AWS::Cognito::UserPoolGroup',
        Properties: { GroupName, UserPoolId: { Ref: 'Pool' }, ...properties },
      },
    ]),
  );

test('groups are in both tokens, and there is no claim without groups [CG-JT-06]', async () => {
  const more = groups({ editors: {}, readers: {} });
  const named = await issued({ changes: { more }, user: { ...ADA, groups: ['editors'] } });
  expect(named.id['cognito:groups']).toEqual(['editors']);
  expect(named.access['cognito:groups']).toEqual(['editors']);
  const all = await issued({ changes: { more }, user: { ...ADA, groups: 'all' } });
  expect(all.access['cognito:groups']).toEqual(['editors', 'readers']);
  const none = await issued({ changes: { more } });
  expect(none.id).not.toHaveProperty('cognito:groups');
  expect(none.access).not.toHaveProperty('cognito:groups');
});

test.each([
  [
    'the role of the lowest precedence',
    { a: { Precedence: 2, RoleArn: 'role-a' }, b: { Precedence: 1, RoleArn: 'role-b' } },
    'role-b',
  ],
  [
    'a role with a precedence before one without',
    { a: { RoleArn: 'role-a' }, b: { Precedence: 1, RoleArn: 'role-b' } },
    'role-b',
  ],
  [
    'no role of two with the same precedence',
    { a: { Precedence: 1, RoleArn: 'role-a' }, b: { Precedence: 1, RoleArn: 'role-b' } },
    undefined,
  ],
])('ID tokens have all roles, and %s is preferred [CG-JT-07]', async (_, byName, preferred) => {
  const { id, access } = await issued({ changes: { more: groups(byName) }, user: { ...ADA, groups: 'all' } });
  expect(id['cognito:roles']).toEqual(['role-a', 'role-b']);
  expect(id['cognito:preferred_role']).toBe(preferred);
  expect(access).not.toHaveProperty('cognito:roles');
  expect(access).not.toHaveProperty('cognito:preferred_role');
});

test('ID tokens of users whose groups have no role have no role [CG-JT-07]', async () => {
  const { id } = await issued({
    changes: { more: groups({ editors: {} }) },
    user: { ...ADA, groups: 'all' },
  });
  expect(id).not.toHaveProperty('cognito:roles');
  expect(id).not.toHaveProperty('cognito:preferred_role');
});

test('the sub of a user is the same at every start', async () => {
  expect((await issued()).id.sub).toBe((await issued()).id.sub);
});

test('tokens of consecutive requests of one session differ in origin_jti and share auth_time', async () => {
  const { browser, close } = await startCognito();
  const visitor = browser();
  const first = await visitor.redeem((await visitor.signIn(ADA)).get('code'));
  const code = locationOf(await visitor.authorize()).searchParams.get('code');
  const second = await visitor.redeem(code);
  const [one, two] = [payloadOf(first.body.id_token), payloadOf(second.body.id_token)];
  expect(two.origin_jti).not.toBe(one.origin_jti);
  expect(two.auth_time).toBe(one.auth_time);
  await close();
});

test('tokens are dated by the injected clock', async () => {
  const { browser, close } = await startCognito({}, { now: () => Date.parse('2001-01-01T00:00:00Z') });
  const visitor = browser();
  const { body } = await visitor.redeem((await visitor.signIn(ADA)).get('code'));
  expect(payloadOf(body.access_token).exp).toBe(Date.parse('2001-01-01T01:00:00Z') / 1_000);
  await close();
});
