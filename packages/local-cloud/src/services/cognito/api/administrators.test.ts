import {
  AdminAddUserToGroupCommand,
  AdminConfirmSignUpCommand,
  AdminCreateUserCommand,
  type AdminCreateUserCommandInput,
  AdminDeleteUserAttributesCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  AdminRespondToAuthChallengeCommand,
  AdminSetUserMFAPreferenceCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  AdminUserGlobalSignOutCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  GetGroupCommand,
  GetUserCommand,
  ListUserPoolClientsCommand,
  ListUserPoolsCommand,
  ListUsersCommand,
  ListUsersInGroupCommand,
  paginateListGroups,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect, test } from 'vitest';
import { payloadOf } from '../testing/payload';
import type { startCognito } from '../testing/running-cognito';
import { ADA } from '../testing/running-cognito';
import { startWithSdk } from '../testing/sdk';
import { newTotpSecret } from '../users/totp';

const group = (GroupName: string, more = {}) => ({
  Type: 'AWS::Cognito::UserPoolGroup',
  Properties: { GroupName, UserPoolId: { Ref: 'Pool' }, ...more },
});
const GROUPS = { Editors: group('editors', { Precedence: 1 }), Readers: group('readers') };

/** Starts the sample pool with two groups, and the operations of a server. */
async function startServer(...[changes = {}, options]: Parameters<typeof startCognito>) {
  const running = await startWithSdk(
    {
      more: GROUPS,
      ...changes,
      client: {
        ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
        ...changes.client,
      },
    },
    options,
  );
  const { sdk, clientId: ClientId, pool } = running;
  const UserPoolId = pool.id;
  return {
    ...running,
    create: (Username: string, more: Partial<AdminCreateUserCommandInput> = {}) =>
      sdk.send(new AdminCreateUserCommand({ UserPoolId, Username, ...more })),
    user: (Username = 'ada') => ({ UserPoolId, Username }),
    get: async (Username = 'ada') => {
      const { UserAttributes = [], ...user } = await sdk.send(
        new AdminGetUserCommand({ UserPoolId, Username }),
      );
      return {
        ...user,
        attributes: Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value])),
      };
    },
    signIn: (USERNAME = 'ada', PASSWORD = ADA.password) =>
      sdk.send(
        new AdminInitiateAuthCommand({
          AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME, PASSWORD },
          ClientId,
          UserPoolId,
        }),
      ),
  };
}

test('a created user has a temporary password, and answers NEW_PASSWORD_REQUIRED (CG-UP-09)', async () => {
  const { clientId, create, get, sdk, signIn, user, close } = await startServer();
  const attributes = [
    { Name: 'email', Value: 'eve@example.com' },
    { Name: 'email_verified', Value: 'true' },
  ];
  const { User } = await create('eve', {
    MessageAction: 'SUPPRESS',
    TemporaryPassword: 'Temporary-1',
    UserAttributes: attributes,
  });
  expect(User).toMatchObject({
    Username: 'eve',
    Enabled: true,
    UserStatus: 'FORCE_CHANGE_PASSWORD',
    UserCreateDate: expect.any(Date),
    Attributes: expect.arrayContaining(attributes),
  });
  await expect(create('eve')).rejects.toMatchObject({
    name: 'UsernameExistsException',
    message: 'User account already exists',
  });
  const { ChallengeName, Session } = await signIn('eve', 'Temporary-1');
  expect(ChallengeName).toBe('NEW_PASSWORD_REQUIRED');
  const { AuthenticationResult } = await sdk.send(
    new AdminRespondToAuthChallengeCommand({
      ChallengeName,
      ChallengeResponses: { USERNAME: 'eve', NEW_PASSWORD: 'Another-horse-9' },
      ClientId: clientId,
      Session,
      UserPoolId: user().UserPoolId,
    }),
  );
  expect(payloadOf(AuthenticationResult?.IdToken)).toMatchObject({ email_verified: true });
  expect(await get('eve')).toMatchObject({
    UserStatus: 'CONFIRMED',
    attributes: { email: 'eve@example.com' },
  });
  await close();
});

test('an invitation is logged with a generated password, and can be sent again (CG-UP-09)', async () => {
  const { create, logged, signIn, close } = await startServer();
  const invited = {
    DesiredDeliveryMediums: ['EMAIL'],
    UserAttributes: [{ Name: 'email', Value: 'eve@example.com' }],
  } satisfies Partial<AdminCreateUserCommandInput>;
  const password = () => /temporary password is ([\w-]+!)/.exec(logged.at(-1) ?? '')?.[1];
  await create('eve', invited);
  const first = password();
  expect((await signIn('eve', first)).ChallengeName).toBe('NEW_PASSWORD_REQUIRED');
  await create('eve', { ...invited, MessageAction: 'RESEND' });
  expect(password()).not.toBe(first);
  await expect(signIn('eve', first)).rejects.toThrow('Incorrect username or password.');
  expect((await signIn('eve', password())).ChallengeName).toBe('NEW_PASSWORD_REQUIRED');
  await expect(create('ada', { MessageAction: 'RESEND' })).rejects.toMatchObject({
    name: 'UnsupportedUserStateException',
  });
  await close();
});

test('an administrator sets passwords, temporary and permanent (CG-UP-09)', async () => {
  const { get, sdk, signIn, user, close } = await startServer();
  const set = (Password: string, Permanent?: boolean) =>
    sdk.send(new AdminSetUserPasswordCommand({ ...user(), Password, Permanent }));
  await expect(set('short')).rejects.toMatchObject({ name: 'InvalidPasswordException' });
  await set('Another-horse-9');
  expect((await get()).UserStatus).toBe('FORCE_CHANGE_PASSWORD');
  await set('Another-horse-9', true);
  expect((await get()).UserStatus).toBe('CONFIRMED');
  expect((await signIn('ada', 'Another-horse-9')).AuthenticationResult).toBeDefined();
  await close();
});

test('groups are those of the template, and are in the tokens of the next sign-in (CG-UP-09)', async () => {
  const { sdk, signIn, user, close } = await startServer();
  const { UserPoolId } = user();
  const names: unknown[] = [];
  for await (const { Groups = [] } of paginateListGroups({ client: sdk, pageSize: 1 }, { UserPoolId })) {
    names.push(Groups.map(({ GroupName }) => GroupName));
  }
  expect(names).toEqual([['editors'], ['readers']]);
  expect((await sdk.send(new GetGroupCommand({ UserPoolId, GroupName: 'editors' }))).Group).toMatchObject({
    GroupName: 'editors',
    Precedence: 1,
  });
  const add = (GroupName: string) => sdk.send(new AdminAddUserToGroupCommand({ ...user(), GroupName }));
  await add('editors');
  await add('editors');
  await expect(add('none')).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'Group not found.',
  });
  const groupsOf = async () =>
    (await sdk.send(new AdminListGroupsForUserCommand(user()))).Groups?.map(({ GroupName }) => GroupName);
  expect(await groupsOf()).toEqual(['editors']);
  const members = await sdk.send(new ListUsersInGroupCommand({ UserPoolId, GroupName: 'editors' }));
  expect(members.Users?.map(({ Username }) => Username)).toEqual(['ada']);
  expect(payloadOf((await signIn()).AuthenticationResult?.AccessToken)['cognito:groups']).toEqual([
    'editors',
  ]);
  await sdk.send(new AdminRemoveUserFromGroupCommand({ ...user(), GroupName: 'editors' }));
  expect(await groupsOf()).toEqual([]);
  await close();
});

test('a disabled user cannot sign in or refresh, and can again when enabled (CG-UP-09)', async () => {
  const { browser, get, sdk, signIn, user, clientId, close } = await startServer();
  const visitor = browser();
  const { body } = await visitor.redeem((await visitor.signIn(ADA)).get('code'));
  const { AccessToken } = (await signIn()).AuthenticationResult ?? {};
  await sdk.send(new AdminDisableUserCommand(user()));
  expect((await get()).Enabled).toBe(false);
  await expect(signIn()).rejects.toMatchObject({
    name: 'NotAuthorizedException',
    message: 'User is disabled.',
  });
  await expect(sdk.send(new GetUserCommand({ AccessToken }))).rejects.toThrow('User is disabled.');
  const refreshed = await visitor.token({
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token: String(body['refresh_token']),
  });
  expect(refreshed).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  expect((await visitor.authorize()).headers.get('location')).toContain('/login?');
  await sdk.send(new AdminEnableUserCommand(user()));
  expect((await signIn()).AuthenticationResult).toBeDefined();
  await close();
});

test('AdminUserGlobalSignOut revokes tokens, not the session of the login page (CG-UP-07)', async () => {
  const { browser, sdk, signIn, user, close } = await startServer();
  const visitor = browser();
  await visitor.signIn(ADA);
  const { AccessToken } = (await signIn()).AuthenticationResult ?? {};
  await sdk.send(new AdminUserGlobalSignOutCommand(user()));
  await expect(sdk.send(new GetUserCommand({ AccessToken }))).rejects.toThrow(
    'Access Token has been revoked',
  );
  expect((await visitor.authorize()).headers.get('location')).toContain('code=');
  await close();
});

test('an administrator changes and deletes attributes and users (CG-UP-09)', async () => {
  const { cognito, get, sdk, signIn, user, close } = await startServer();
  const update = (attributes: Record<string, string>) =>
    sdk.send(
      new AdminUpdateUserAttributesCommand({
        ...user(),
        UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
      }),
    );
  await update({ email: 'new@example.com', nickname: 'A' });
  expect((await get()).attributes).toMatchObject({
    email: 'new@example.com',
    email_verified: 'false',
    nickname: 'A',
  });
  await update({ email_verified: 'true' });
  expect((await get()).attributes['email_verified']).toBe('true');
  await sdk.send(new AdminDeleteUserAttributesCommand({ ...user(), UserAttributeNames: ['nickname'] }));
  expect((await get()).attributes).not.toHaveProperty('nickname');
  await sdk.send(new AdminDeleteUserCommand(user()));
  await expect(get()).rejects.toMatchObject({
    name: 'UserNotFoundException',
    message: 'User does not exist.',
  });
  cognito.controls.resetUsers();
  expect((await signIn()).AuthenticationResult).toBeDefined();
  await close();
});

test('an administrator confirms a sign-up and sets a second factor (CG-UP-09)', async () => {
  const { clientId, get, sdk, signIn, user, close } = await startServer(
    { pool: { MfaConfiguration: 'OPTIONAL', EnabledMfas: ['SOFTWARE_TOKEN_MFA'] } },
    { users: [{ ...ADA, totpSecret: newTotpSecret() }] },
  );
  await sdk.send(new SignUpCommand({ ClientId: clientId, Username: 'eve', Password: 'Evil-horse-1' }));
  await sdk.send(new AdminConfirmSignUpCommand(user('eve')));
  expect((await get('eve')).UserStatus).toBe('CONFIRMED');
  await expect(sdk.send(new AdminConfirmSignUpCommand(user('eve')))).rejects.toThrow(
    'Current status is CONFIRMED',
  );
  expect((await signIn()).ChallengeName).toBe('SOFTWARE_TOKEN_MFA');
  await sdk.send(
    new AdminSetUserMFAPreferenceCommand({ ...user(), SoftwareTokenMfaSettings: { Enabled: false } }),
  );
  expect((await signIn()).AuthenticationResult).toBeDefined();
  await close();
});

test.each([
  ['', ['ada', 'alan', 'eve']],
  ['email = "eve@example.com"', ['eve']],
  ['username ^= "a"', ['ada', 'alan']],
  ['"name" = "a \\"b\\""', ['alan']],
  ['cognito:user_status = "FORCE_CHANGE_PASSWORD"', ['alan', 'eve']],
  ['status = "Disabled"', []],
])('ListUsers finds users by %s (CG-UP-10)', async (Filter, expected) => {
  const { create, sdk, user, close } = await startServer();
  await create('alan', { UserAttributes: [{ Name: 'name', Value: 'a "b"' }] });
  await create('eve', { UserAttributes: [{ Name: 'email', Value: 'eve@example.com' }] });
  const { UserPoolId } = user();
  const { Users } = await sdk.send(new ListUsersCommand({ UserPoolId, Filter }));
  expect(Users?.map(({ Username }) => Username)).toEqual(expected);
  await close();
});

test('ListUsers pages, selects attributes, and rejects a wrong filter (CG-UP-10)', async () => {
  const { create, sdk, user, close } = await startServer();
  await create('eve');
  const { UserPoolId } = user();
  const first = await sdk.send(new ListUsersCommand({ UserPoolId, Limit: 1, AttributesToGet: ['email'] }));
  expect(first.Users).toMatchObject([{ Username: 'ada', Attributes: [{ Name: 'email', Value: ADA.email }] }]);
  const { PaginationToken } = first;
  const second = await sdk.send(new ListUsersCommand({ UserPoolId, Limit: 1, PaginationToken }));
  expect(second.Users?.map(({ Username }) => Username)).toEqual(['eve']);
  expect(second.PaginationToken).toBeUndefined();
  for (const wrong of [{ Filter: 'color = "blue"' }, { Filter: 'email' }, { PaginationToken: 'x' }]) {
    await expect(sdk.send(new ListUsersCommand({ UserPoolId, ...wrong }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  }
  await close();
});

test('pools and clients are listed and described (CG-UP-10)', async () => {
  const { clientId, pool, sdk, close } = await startServer({
    client: { ClientName: 'web', GenerateSecret: true },
    pool: { UserPoolName: 'people', Policies: { PasswordPolicy: { MinimumLength: 12 } } },
  });
  const UserPoolId = pool.id;
  const { UserPools } = await sdk.send(new ListUserPoolsCommand({ MaxResults: 10 }));
  expect(UserPools).toEqual([{ Id: UserPoolId, Name: 'people' }]);
  const { UserPool } = await sdk.send(new DescribeUserPoolCommand({ UserPoolId }));
  expect(UserPool).toMatchObject({
    Id: UserPoolId,
    Name: 'people',
    Domain: 'sample',
    EstimatedNumberOfUsers: 1,
    MfaConfiguration: 'OFF',
    Policies: {
      SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] },
      PasswordPolicy: { MinimumLength: 12, RequireNumbers: false, TemporaryPasswordValidityDays: 7 },
    },
  });
  const { UserPoolClients } = await sdk.send(new ListUserPoolClientsCommand({ UserPoolId, MaxResults: 10 }));
  expect(UserPoolClients).toEqual([{ ClientId: clientId, ClientName: 'web', UserPoolId }]);
  const { UserPoolClient } = await sdk.send(
    new DescribeUserPoolClientCommand({ UserPoolId, ClientId: clientId }),
  );
  expect(UserPoolClient).toMatchObject({
    ClientSecret: pool.clients[0]?.secret,
    ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    PreventUserExistenceErrors: 'ENABLED',
  });
  await close();
});

test('an unknown pool or client is ResourceNotFoundException (CG-UP-10)', async () => {
  const { pool, sdk, close } = await startServer();
  const missing = [
    new DescribeUserPoolCommand({ UserPoolId: 'eu-west-1_none' }),
    new DescribeUserPoolClientCommand({ UserPoolId: pool.id, ClientId: 'none' }),
  ];
  for (const request of missing) {
    await expect(sdk.send(request as DescribeUserPoolCommand)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: expect.stringMatching(/does not exist\.$/),
    });
  }
  await close();
});
