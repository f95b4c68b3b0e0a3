import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { type Cognito, createCognito } from './cognito';
import { InvalidUsersError } from './errors';
import { SignInState } from './state';
import { Browser, locationOf } from './testing/browser';
import { payloadOf } from './testing/payload';
import { ADA } from './testing/running-cognito';
import { type SampleChanges, sampleStack } from './testing/template';
import { readUserPools } from './model/user-pool';
import type { SeededUser } from './users/user-file';

/** A listener whose service can be replaced by that of a changed template. */
async function replaceable() {
  const server = createServer((request, response) => current?.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const state = new SignInState();
  let current: Cognito | undefined;
  return {
    state,
    browser: () => new Browser(origin, readUserPools(sampleStack())[0]?.clients[0]?.id ?? ''),
    deploy: async (changes: SampleChanges = {}, users: readonly SeededUser[] = [ADA]) => {
      current = await createCognito({
        pools: readUserPools(sampleStack(changes)),
        users: { source: 'users.json', users },
        origin,
        log: pino({ enabled: false }),
        state,
      });
      return current;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('a changed template keeps sessions, codes, refresh tokens and signing keys', async () => {
  const { browser, deploy, close } = await replaceable();
  const first = await deploy();
  const visitor = browser();
  const { body } = await visitor.redeem((await visitor.signIn(ADA)).get('code'));
  const code = locationOf(await visitor.authorize()).searchParams.get('code');
  const second = await deploy({
    client: { AccessTokenValidity: 5, TokenValidityUnits: { AccessToken: 'minutes' } },
  });
  const [poolId = ''] = readUserPools(sampleStack()).map(({ id }) => id);
  expect(second.jwks(poolId)).toBe(first.jwks(poolId));
  expect(locationOf(await visitor.authorize()).searchParams.has('code')).toBe(true);
  expect((await visitor.redeem(code)).status).toBe(200);
  const refreshed = await visitor.token({
    grant_type: 'refresh_token',
    client_id: visitor.clientId,
    refresh_token: String(body.refresh_token),
  });
  const { iat, exp } = payloadOf(refreshed.body.access_token);
  expect(Number(exp) - Number(iat)).toBe(300);
  await close();
});

test('a changed template keeps open login forms and changed passwords', async () => {
  const users = [{ ...ADA, temporaryPassword: true }];
  const { browser, deploy, close } = await replaceable();
  await deploy({}, users);
  const visitor = browser();
  const path = `/login?${visitor.query()}`;
  const page = await (await visitor.submitLogin(path, 'ada', ADA.password)).text();
  await deploy({ pool: { MfaConfiguration: 'OFF' } }, users);
  const own = { new_password: 'My-own-word-2', confirm_password: 'My-own-word-2' };
  expect((await visitor.submitForm(page, own)).status).toBe(302);
  await deploy({}, users);
  expect((await visitor.submitLogin(path, 'ada', 'My-own-word-2')).status).toBe(302);
  await close();
});

test('a refresh has the groups of the changed template [CG-JT-06]', async () => {
  const users = [{ ...ADA, groups: 'all' as const }];
  const { browser, deploy, close } = await replaceable();
  const group = (GroupName: string) => ({
    Type: 'AWS::Cognito::UserPoolGroup',
    Properties: { GroupName, UserPoolId: { Ref: 'Pool' } },
  });
  await deploy({ more: { Readers: group('readers') } }, users);
  const visitor = browser();
  const { body } = await visitor.redeem((await visitor.signIn(ADA)).get('code'));
  expect(payloadOf(body.access_token)['cognito:groups']).toEqual(['readers']);
  await deploy({ more: { Readers: group('readers'), Admins: group('admins') } }, users);
  const refreshed = await visitor.token({
    grant_type: 'refresh_token',
    client_id: visitor.clientId,
    refresh_token: String(body.refresh_token),
  });
  expect(payloadOf(refreshed.body.access_token)['cognito:groups']).toEqual(['readers', 'admins']);
  expect(payloadOf(refreshed.body.id_token)['cognito:groups']).toEqual(['readers', 'admins']);
  await close();
});

test('a changed template keeps users who signed up', async () => {
  const { browser, deploy, close } = await replaceable();
  const pool = { AutoVerifiedAttributes: ['email'] };
  await deploy({ pool });
  const visitor = browser();
  const bob = { username: 'bob', 'attribute.email': 'bob@example.com' };
  const password = { new_password: 'My-own-word-2', confirm_password: 'My-own-word-2' };
  await visitor.submitForm(await visitor.fetch(`/signup?${visitor.query()}`), { ...bob, ...password });
  await deploy({ pool: { ...pool, AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } } });
  const login = await visitor.submitLogin(`/login?${visitor.query()}`, 'bob', 'My-own-word-2');
  expect(await login.text()).toContain('<h1>Confirm your account</h1>');
  await close();
});

test('a changed entry of the users file replaces the user, and a removed entry ends the user’s session', async () => {
  const bob = { ...ADA, username: 'bob', email: 'bob@example.com' };
  const { browser, deploy, close } = await replaceable();
  await deploy({}, [ADA, bob]);
  const [ada, other] = [browser(), browser()];
  await ada.signIn(ADA);
  await other.signIn(bob);
  await deploy({}, [{ ...ADA, password: 'Another-horse-1' }]);
  expect(locationOf(await ada.authorize()).searchParams.has('code')).toBe(true);
  expect((await ada.submitLogin(`/login?${ada.query()}`, 'ada', 'Another-horse-1')).status).toBe(302);
  expect(locationOf(await other.authorize()).pathname).toBe('/login');
  await close();
});

test('a template whose pool does not accept the users changes nothing', async () => {
  const { browser, deploy, state, close } = await replaceable();
  await deploy();
  const visitor = browser();
  await visitor.signIn(ADA);
  const strict = { Policies: { PasswordPolicy: { MinimumLength: 60 } } };
  const second = { More: { Type: 'AWS::Cognito::UserPool', Properties: {} } };
  await expect(deploy({ pool: strict, more: second })).rejects.toThrow(InvalidUsersError);
  expect(state.signingKeys.size).toBe(1);
  expect(locationOf(await visitor.authorize()).searchParams.has('code')).toBe(true);
  await close();
});

test.each([
  ['UsernameConfiguration', { UsernameConfiguration: { CaseSensitive: true } }],
  ['UsernameAttributes, AliasAttributes', { AliasAttributes: ['email'] }],
])('createCognito rejects a change of %s and keeps the pool [CG-AD-05]', async (property, pool) => {
  const { browser, deploy, close } = await replaceable();
  await deploy();
  await expect(deploy({ pool })).rejects.toThrow(`Pool (AWS::Cognito::UserPool) ${property}: cannot change`);
  expect((await browser().signIn({ username: 'ADA', password: ADA.password })).has('code')).toBe(true);
  await close();
});

test('controls of an earlier instance act on the same state', async () => {
  const { browser, deploy, close } = await replaceable();
  const first = await deploy();
  const second = await deploy();
  const visitor = browser();
  await visitor.signIn(ADA);
  first.controls.revokeTokens();
  expect(locationOf(await visitor.authorize()).pathname).toBe('/login');
  first.controls.expireTokens();
  expect(second.controls.expiredBefore()).toBeGreaterThan(0);
  await close();
});
