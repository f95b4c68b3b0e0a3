import {
  AdminCreateUserCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect, onTestFinished, test } from 'vitest';
import { fakeFunction, FUNCTION_ARN } from '../../../../test/functions';
import { payloadOf } from '../testing/payload';
import { ADA } from '../testing/running-cognito';
import { startWithSdk } from '../testing/sdk';
import type { SampleChanges } from '../testing/template';

const ROLE = 'arn:aws:iam::111122223333:role/admins';
const ADMIN = { ...ADA, groups: ['admins'] };

const VERSION_1 = { PreTokenGeneration: FUNCTION_ARN };
const VERSION_2 = { PreTokenGenerationConfig: { LambdaArn: FUNCTION_ARN, LambdaVersion: 'V2_0' } };
const VERSION_3 = { PreTokenGenerationConfig: { LambdaArn: FUNCTION_ARN, LambdaVersion: 'V3_0' } };

/** Starts a pool with the trigger and a group; `respond` returns `response` of the event, or throws. */
async function startWith(
  LambdaConfig: object,
  respond: (event: Record<string, unknown>) => unknown,
  changes: SampleChanges = {},
) {
  const { functions, calls } = fakeFunction((event) => ({ ...event, response: respond(event) }));
  const running = await startWithSdk(
    {
      ...changes,
      pool: { LambdaConfig, ...changes.pool },
      client: {
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
        ...changes.client,
      },
      more: {
        Admins: {
          Type: 'AWS::Cognito::UserPoolGroup',
          Properties: { GroupName: 'admins', RoleArn: ROLE, UserPoolId: { Ref: 'Pool' } },
        },
      },
    },
    { functions, users: [ADMIN] },
  );
  onTestFinished(() => running.close());
  const { sdk, clientId } = running;
  return {
    ...running,
    calls,
    sources: () => calls.map(({ event }) => event['triggerSource']),
    signIn: (USERNAME = ADA.username, PASSWORD = ADA.password) =>
      sdk.send(
        new InitiateAuthCommand({
          AuthFlow: 'USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME, PASSWORD },
          ClientId: clientId,
        }),
      ),
  };
}

test('version 1 changes claims of the ID token, and groups of both tokens [CG-TR-05]', async () => {
  const { calls, signIn } = await startWith(VERSION_1, () => ({
    claimsOverrideDetails: {
      claimsToAddOrOverride: { tenant: 'acme', email: 'other@example.com', sub: 'forged', 'dev:x': 'forged' },
      claimsToSuppress: ['name', 'iss'],
      groupOverrideDetails: {
        groupsToOverride: ['auditors'],
        iamRolesToOverride: ['arn:r'],
        preferredRole: 'arn:r',
      },
    },
  }));
  const { AuthenticationResult: tokens } = await signIn();
  const id = payloadOf(tokens?.IdToken);
  const access = payloadOf(tokens?.AccessToken);
  expect(id).toMatchObject({
    tenant: 'acme',
    email: 'other@example.com',
    sub: access['sub'],
    iss: expect.stringContaining('http'),
    'cognito:groups': ['auditors'],
    'cognito:roles': ['arn:r'],
    'cognito:preferred_role': 'arn:r',
  });
  expect(id).not.toHaveProperty('name');
  expect(id).not.toHaveProperty('dev:x');
  expect(access['sub']).not.toBe('forged');
  expect(access['cognito:groups']).toEqual(['auditors']);
  expect(access).not.toHaveProperty('tenant');
  expect(calls[0]?.event['request']).toMatchObject({
    groupConfiguration: { groupsToOverride: ['admins'], iamRolesToOverride: [ROLE], preferredRole: ROLE },
  });
});

test('an event that is returned unchanged changes nothing; empty group details remove the groups [CG-TR-05]', async () => {
  let response: unknown = { claimsOverrideDetails: null };
  const { signIn } = await startWith(VERSION_1, () => response);
  const groups = async () => payloadOf((await signIn()).AuthenticationResult?.IdToken)['cognito:groups'];
  expect(await groups()).toEqual(['admins']);
  response = { claimsOverrideDetails: { claimsToAddOrOverride: { a: 'b' } } };
  expect(await groups()).toEqual(['admins']);
  response = { claimsOverrideDetails: { groupOverrideDetails: {} } };
  expect(await groups()).toBeUndefined();
});

test('version 1 accepts text as claims only [CG-TR-05]', async () => {
  const { signIn } = await startWith(VERSION_1, () => ({
    claimsOverrideDetails: { claimsToAddOrOverride: { level: 3 } },
  }));
  await expect(signIn()).rejects.toMatchObject({ name: 'InvalidLambdaResponseException' });
});

test('version 2 changes claims and scopes of the access token, with any JSON value [CG-TR-06]', async () => {
  const { browser, calls } = await startWith(VERSION_2, ({ callerContext }) => ({
    claimsAndScopeOverrideDetails: {
      idTokenGeneration: { claimsToAddOrOverride: { limits: { seats: 3 } }, claimsToSuppress: ['email'] },
      accessTokenGeneration: {
        claimsToAddOrOverride: {
          tenants: ['a', 'b'],
          aud: (callerContext as { clientId: string }).clientId,
          client_id: 'forged',
          scope: 'forged',
          username: 'forged',
          version: 9,
        },
        claimsToSuppress: ['event_id', 'auth_time'],
        scopesToAdd: ['orders/write', 'aws.cognito.signin.user.admin'],
        scopesToSuppress: ['profile'],
      },
      groupOverrideDetails: { groupsToOverride: ['auditors'] },
    },
  }));
  const visitor = browser();
  const { body } = await visitor.redeem((await visitor.signIn(ADA)).get('code'));
  const access = payloadOf(body['access_token']);
  expect(access).toMatchObject({
    tenants: ['a', 'b'],
    aud: visitor.clientId,
    client_id: visitor.clientId,
    scope: 'openid email greetings/read orders/write',
    username: 'ada',
    version: 2,
    event_id: expect.any(String),
    auth_time: expect.any(Number),
    'cognito:groups': ['auditors'],
  });
  const id = payloadOf(body['id_token']);
  expect(id).toMatchObject({ limits: { seats: 3 }, 'cognito:groups': ['auditors'] });
  expect(id).not.toHaveProperty('email');
  expect(calls[0]?.event).toMatchObject({
    version: '2',
    triggerSource: 'TokenGeneration_HostedAuth',
    request: { scopes: ['openid', 'email', 'profile', 'greetings/read'] },
    response: { claimsAndScopeOverrideDetails: null },
  });
});

test('an audience that is not the app client has no effect [CG-TR-06]', async () => {
  const { signIn } = await startWith(VERSION_2, () => ({
    claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride: { aud: 'another' } } },
  }));
  expect(payloadOf((await signIn()).AuthenticationResult?.AccessToken)).not.toHaveProperty('aud');
});

test('tokens are generated for a sign-in on the page, its refresh, an API sign-in, and a new password [CG-TR-04]', async () => {
  const { browser, clientId, pool, sdk, signIn, sources } = await startWith(VERSION_1, () => ({}));
  const visitor = browser();
  const { body } = await visitor.redeem((await visitor.signIn(ADA)).get('code'));
  const refresh = { grant_type: 'refresh_token', client_id: clientId };
  await visitor.token({ ...refresh, refresh_token: String(body['refresh_token']) });
  await signIn();
  const Username = 'grace';
  const TemporaryPassword = 'Temporary-1';
  await sdk.send(new AdminCreateUserCommand({ UserPoolId: pool.id, Username, TemporaryPassword }));
  const { ChallengeName, Session } = await signIn(Username, TemporaryPassword);
  const ChallengeResponses = { USERNAME: Username, NEW_PASSWORD: 'Correct-horse-9' };
  await sdk.send(
    new RespondToAuthChallengeCommand({ ClientId: clientId, ChallengeName, Session, ChallengeResponses }),
  );
  expect(sources()).toEqual([
    'TokenGeneration_HostedAuth',
    'TokenGeneration_RefreshTokens',
    'TokenGeneration_Authentication',
    'TokenGeneration_NewPasswordChallenge',
  ]);
});

test('a trigger that fails after the login page sends its message to the callback, and no code [CG-TR-04]', async () => {
  const { browser } = await startWith(VERSION_1, () => {
    throw new Error('No tenant');
  });
  const callback = await browser().signIn(ADA);
  expect(Object.fromEntries(callback)).toEqual({
    error: 'invalid_request',
    error_description: 'PreTokenGeneration failed with error No tenant.',
    state: 'a-state',
  });
});

test('a trigger that fails at a refresh makes the token endpoint answer with its message [CG-TR-08]', async () => {
  const { browser, clientId } = await startWith(VERSION_1, ({ triggerSource }) => {
    if (triggerSource === 'TokenGeneration_RefreshTokens') throw new Error('Suspended');
    return {};
  });
  const visitor = browser();
  const { body } = await visitor.redeem((await visitor.signIn(ADA)).get('code'));
  const refreshed = await visitor.token({
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token: String(body['refresh_token']),
  });
  expect(refreshed.status).toBe(400);
  expect(refreshed.body).toEqual({
    error: 'invalid_request',
    error_description: 'PreTokenGeneration failed with error Suspended.',
  });
});

test.each([
  ['version 3 changes', VERSION_3, ['TokenGeneration_ClientCredentials'], 'greetings/read orders/write'],
  ['version 2 does not see', VERSION_2, [], 'greetings/read'],
])('%s the tokens of app clients [CG-TR-07]', async (_case, config, expected, scope) => {
  const { pool, browser, sources, calls } = await startWith(
    config,
    () => ({
      claimsAndScopeOverrideDetails: {
        accessTokenGeneration: { claimsToAddOrOverride: { robot: true }, scopesToAdd: ['orders/write'] },
      },
    }),
    {
      client: {
        AllowedOAuthFlows: ['client_credentials'],
        AllowedOAuthScopes: ['greetings/read'],
        CallbackURLs: [],
        GenerateSecret: true,
      },
    },
  );
  const [client] = pool.clients;
  const { body } = await browser().token({
    grant_type: 'client_credentials',
    client_id: client?.id,
    client_secret: client?.secret,
  });
  const claims = payloadOf(body['access_token']);
  expect(claims['scope']).toBe(scope);
  expect(claims['robot']).toBe(expected.length > 0 ? true : undefined);
  expect(sources()).toEqual(expected);
  if (expected.length > 0) expect(calls[0]?.event['version']).toBe('3');
});

test.each([
  ['version 2 on the plan LITE', { ...VERSION_2 }, { UserPoolTier: 'LITE' }, 'ESSENTIALS or PLUS'],
  ['two functions', { ...VERSION_2, PreTokenGeneration: 'arn:another' }, {}, 'the same ARN'],
])('a user pool with %s is refused, as on AWS [CG-TR-06]', async (_case, config, pool, message) => {
  const changes = { pool, domain: { ManagedLoginVersion: 1 } };
  await expect(startWith(config, () => ({}), changes)).rejects.toThrow(message);
});
