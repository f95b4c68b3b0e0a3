import { expect, test } from 'vitest';
import { InvalidPropertyError, UnsupportedPropertyError } from '@spa-on-aws/cloudformation';
import { CALLBACK, sampleStack, SIGNED_OUT, type SampleChanges } from '../testing/template';
import { readUserPools } from './user-pool';

const pools = (changes: SampleChanges = {}) => readUserPools(sampleStack(changes));

test('readUserPools reads a pool with its domain, scopes, groups and clients', () => {
  const [pool] = pools({
    more: {
      Editors: {
        Type: 'AWS::Cognito::UserPoolGroup',
        Properties: { GroupName: 'editors', UserPoolId: { Ref: 'Pool' } },
      },
    },
  });
  expect(pool).toEqual({
    id: expect.stringMatching(/^eu-west-1_[A-Za-z0-9]{9}$/),
    logicalId: 'Pool',
    name: 'Pool',
    arn: `arn:aws:cognito-idp:eu-west-1:111122223333:userpool/${pool?.id ?? ''}`,
    domain: { prefix: 'sample', managedLogin: true },
    passwordPolicy: { minimumLength: 8, uppercase: true, lowercase: true, numbers: true, symbols: true },
    temporaryPasswordDays: 7,
    triggers: {},
    allowsPasskeys: false,
    customSenders: [],
    requiredAttributes: [],
    customAttributes: [],
    immutableAttributes: [],
    keptUntilVerified: [],
    firstFactors: ['PASSWORD'],
    mfa: 'OFF',
    recoversBy: ['phone_number', 'email'],
    selfSignUp: true,
    verifies: [],
    signIn: { usernameAttributes: [], aliasAttributes: [], caseSensitive: false },
    groups: [{ name: 'editors', precedence: Infinity, roleArn: undefined }],
    customScopes: ['greetings/read'],
    clients: [
      {
        id: expect.stringMatching(/^[a-z0-9]{26}$/),
        logicalId: 'Client',
        name: undefined,
        callbackUrls: [CALLBACK],
        logoutUrls: [SIGNED_OUT],
        secret: undefined,
        codeFlow: true,
        implicitFlow: false,
        clientCredentialsFlow: false,
        authFlows: ['CUSTOM_AUTH', 'REFRESH_TOKEN_AUTH', 'USER_SRP_AUTH'],
        authSessionSeconds: 180,
        loginPage: true,
        scopes: ['openid', 'email', 'profile', 'greetings/read'],
        readAttributes: undefined,
        writeAttributes: undefined,
        accessTokenSeconds: 3_600,
        idTokenSeconds: 3_600,
        refreshTokenSeconds: 30 * 86_400,
        rotationGraceSeconds: undefined,
        tokenRevocation: true,
        hidesUnknownUsers: true,
      },
    ],
  });
});

const group = (properties: Record<string, unknown>) => ({
  Type: 'AWS::Cognito::UserPoolGroup',
  Properties: { UserPoolId: { Ref: 'Pool' }, ...properties },
});

test('readUserPools reads precedence and role of a group, and names a group without a name [CG-JT-07]', () => {
  const [pool] = pools({
    more: {
      Role: { Type: 'AWS::IAM::Role', Properties: {} },
      Editors: group({ GroupName: 'editors', Precedence: '0', RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } }),
      Unnamed: group({ Description: 'for tests' }),
    },
  });
  expect(pool?.groups).toEqual([
    { name: 'editors', precedence: 0, roleArn: expect.stringContaining(':role/') },
    {
      name: expect.stringMatching(/^Sample-Unnamed-[A-Z0-9]{12}$/),
      precedence: Infinity,
      roleArn: undefined,
    },
  ]);
});

test('readUserPools rejects a group whose name has a space', () => {
  expect(() => pools({ more: { Editors: group({ GroupName: 'team a' }) } })).toThrow(
    'must have 1 to 128 characters without spaces',
  );
});

test('readUserPools requires eight characters of any kind by default [CG-AD-03]', () => {
  const [pool] = pools({ pool: { Policies: { PasswordPolicy: { RequireNumbers: 'true' } } } });
  expect(pool?.passwordPolicy).toEqual({
    minimumLength: 8,
    uppercase: false,
    lowercase: false,
    numbers: true,
    symbols: false,
  });
});

test('readUserPools makes usernames case-sensitive by default [CG-AD-05]', () => {
  expect(pools({ pool: { UsernameConfiguration: {} } })[0]?.signIn.caseSensitive).toBe(true);
});

test('readUserPools accepts other second factors beside SOFTWARE_TOKEN_MFA', () => {
  const pool = { MfaConfiguration: 'ON', EnabledMfas: ['SMS_MFA', 'SOFTWARE_TOKEN_MFA'] };
  expect(pools({ pool })[0]?.mfa).toBe('ON');
});

test.each(['ON', 'OPTIONAL'])(
  'readUserPools rejects MfaConfiguration %s without SOFTWARE_TOKEN_MFA',
  (mode) => {
    const read = () => pools({ pool: { MfaConfiguration: mode, EnabledMfas: ['SMS_MFA', 'EMAIL_OTP'] } });
    expect(read).toThrow(UnsupportedPropertyError);
    expect(read).toThrow(
      `MfaConfiguration: is ${mode} with SMS_MFA, EMAIL_OTP in EnabledMfas; the local cloud sends no messages, so it requires SOFTWARE_TOKEN_MFA.`,
    );
  },
);

test('readUserPools takes the validity of temporary passwords from the policy, otherwise from UnusedAccountValidityDays [CG-LG-03]', () => {
  const AdminCreateUserConfig = { UnusedAccountValidityDays: 5 };
  expect(pools({ pool: { AdminCreateUserConfig } })[0]?.temporaryPasswordDays).toBe(5);
  const Policies = { PasswordPolicy: { TemporaryPasswordValidityDays: '2' } };
  expect(pools({ pool: { AdminCreateUserConfig, Policies } })[0]?.temporaryPasswordDays).toBe(2);
});

test('readUserPools reads what users sign in with, and where codes go', () => {
  const pool = pools({
    pool: {
      AliasAttributes: ['email', 'phone_number', 'preferred_username'],
      AutoVerifiedAttributes: ['email', 'phone_number'],
      AccountRecoverySetting: {
        RecoveryMechanisms: [
          { Name: 'verified_phone_number', Priority: 2 },
          { Name: 'verified_email', Priority: 1 },
        ],
      },
    },
  })[0];
  expect(pool).toMatchObject({
    signIn: { usernameAttributes: [], aliasAttributes: ['email', 'phone_number', 'preferred_username'] },
    verifies: ['phone_number', 'email'],
    recoversBy: ['email', 'phone_number'],
  });
});

test('readUserPools accepts the client that addClient() of the CDK creates: the implicit flow, too [CG-AZ-20]', () => {
  const client = {
    AllowedOAuthFlows: ['implicit', 'code'],
    AllowedOAuthScopes: ['profile', 'phone', 'email', 'openid', 'aws.cognito.signin.user.admin'],
    CallbackURLs: ['https://example.com'],
  };
  expect(pools({ client })[0]?.clients[0]).toMatchObject({ codeFlow: true, implicitFlow: true });
});

test('readUserPools reads required attributes of the schema', () => {
  const Schema = [{ Name: 'birthdate', Required: true }, { Name: 'name' }];
  expect(pools({ pool: { Schema } })[0]?.requiredAttributes).toEqual(['birthdate']);
});

test('readUserPools derives a client secret that is the same at every start', () => {
  const secretOf = () => pools({ client: { GenerateSecret: true } })[0]?.clients[0]?.secret;
  expect(secretOf()).toMatch(/^[a-z0-9]{51}$/);
  expect(secretOf()).toBe(secretOf());
});

test.each([
  ['MFA without a factor', 'MfaConfiguration', { pool: { MfaConfiguration: 'ON' } }],
  ['a trigger that AWS may add', 'LambdaConfig.Later', { pool: { LambdaConfig: { Later: 'arn' } } }],
  ['threat protection', 'UserPoolAddOns', { pool: { UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' } } }],
  ['an unknown property', 'Telepathy', { pool: { Telepathy: true } }],
  ['a custom domain', 'CustomDomainConfig', { domain: { CustomDomainConfig: { CertificateArn: 'arn' } } }],
  [
    'another identity provider',
    'SupportedIdentityProviders[0]',
    { client: { SupportedIdentityProviders: ['Google'] } },
  ],
  ['a custom scheme', 'CallbackURLs[0]', { client: { CallbackURLs: ['myapp://callback'] } }],
])('readUserPools rejects %s as unsupported and names the property', (_case, property, changes) => {
  expect(() => pools(changes)).toThrow(UnsupportedPropertyError);
  expect(() => pools(changes)).toThrow(property);
});

test.each([
  [
    'http outside of localhost [CG-AD-06]',
    'CallbackURLs[0]',
    { client: { CallbackURLs: ['http://a.example/'] } },
  ],
  [
    'a callback with a fragment [CG-AD-06]',
    'CallbackURLs[0]',
    { client: { CallbackURLs: ['https://a.example/#x'] } },
  ],
  ['a callback that is not a URL [CG-AD-06]', 'CallbackURLs[0]', { client: { CallbackURLs: ['/callback'] } }],
  [
    'a sign-out URL that is not a URL [CG-AD-06]',
    'LogoutURLs[0]',
    { client: { LogoutURLs: ['example.com'] } },
  ],
  [
    'a default that is not a callback [CG-AD-06]',
    'DefaultRedirectURI',
    { client: { DefaultRedirectURI: SIGNED_OUT } },
  ],
  ['a reserved word in the domain [CG-AD-07]', 'Domain', { domain: { Domain: 'my-cognito' } }],
  ['capitals in the domain [CG-AD-07]', 'Domain', { domain: { Domain: 'Sample' } }],
  [
    'first factors in a LITE pool [CG-LG-07]',
    'Policies.SignInPolicy',
    {
      pool: { UserPoolTier: 'LITE', Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] } } },
      domain: { ManagedLoginVersion: 1 },
    },
  ],
  ['managed login in a LITE pool [CG-LG-07]', 'ManagedLoginVersion', { pool: { UserPoolTier: 'LITE' } }],
  [
    'an access token of a minute [CG-JT-02]',
    'AccessTokenValidity',
    { client: validity('AccessToken', 1, 'minutes') },
  ],
  ['an ID token of two days [CG-JT-02]', 'IdTokenValidity', { client: validity('IdToken', 2, 'days') }],
  [
    'a refresh token of a minute [CG-JT-02]',
    'RefreshTokenValidity',
    { client: validity('RefreshToken', 1, 'minutes') },
  ],
  [
    'rotation together with ALLOW_REFRESH_TOKEN_AUTH [CG-TK-11]',
    'ExplicitAuthFlows',
    {
      client: {
        RefreshTokenRotation: { Feature: 'ENABLED' },
        ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
      },
    },
  ],
  [
    'a grace period of more than a minute [CG-TK-11]',
    'RefreshTokenRotation.RetryGracePeriodSeconds',
    { client: { RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 61 } } },
  ],
  [
    'a scope that no resource server has [CG-AZ-08]',
    "AllowedOAuthScopes[1]: no resource server of the user pool has the scope 'greetings/write'. Their scopes: greetings/read.",
    { client: { AllowedOAuthScopes: ['openid', 'greetings/write'] } },
  ],
  [
    'UsernameAttributes together with AliasAttributes [CG-AD-05]',
    'AliasAttributes',
    { pool: { UsernameAttributes: ['email'], AliasAttributes: ['email'] } },
  ],
  [
    'a required attribute that is not standard [CG-LG-02]',
    'Schema[0]',
    { pool: { Schema: [{ Name: 'shoe', Required: true }] } },
  ],
  [
    'an AuthSessionValidity of an hour [CG-JT-02]',
    'AuthSessionValidity',
    { client: { AuthSessionValidity: 60 } },
  ],
  [
    'client credentials beside another flow [CG-TK-05]',
    'AllowedOAuthFlows',
    { client: { AllowedOAuthFlows: ['code', 'client_credentials'], GenerateSecret: true } },
  ],
  [
    'client credentials without a secret [CG-TK-05]',
    'GenerateSecret',
    { client: { AllowedOAuthFlows: ['client_credentials'] } },
  ],
  ['a flow without a callback [CG-AZ-03]', 'CallbackURLs', { client: { CallbackURLs: [] } }],
])('readUserPools rejects %s as AWS does and names the property', (_case, property, changes) => {
  expect(() => pools(changes)).toThrow(InvalidPropertyError);
  expect(() => pools(changes)).toThrow(property);
});

test('readUserPools accepts http callbacks on localhost', () => {
  const CallbackURLs = ['http://localhost:4300/callback', 'http://127.0.0.1:4300/callback'];
  expect(pools({ client: { CallbackURLs } })[0]?.clients[0]?.callbackUrls).toEqual(CallbackURLs);
});

test('readUserPools takes a RefreshTokenValidity of 0 as the default', () => {
  expect(pools({ client: { RefreshTokenValidity: 0 } })[0]?.clients[0]?.refreshTokenSeconds).toBe(
    30 * 86_400,
  );
});

test('readUserPools rejects scopes of another pool', () => {
  const other = { Type: 'AWS::Cognito::UserPool', Properties: {} };
  const changes = { more: { Other: other }, resourceServer: { UserPoolId: { Ref: 'Other' } } };
  expect(() => pools(changes)).toThrow(InvalidPropertyError);
});

function validity(token: string, value: number, unit: string) {
  return { [`${token}Validity`]: value, TokenValidityUnits: { [token]: unit } };
}

test('readUserPools accepts a pool that remembers devices on request: here it remembers none (CG-UP-04)', () => {
  const DeviceConfiguration = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true };
  expect(pools({ pool: { DeviceConfiguration } })).toHaveLength(1);
});
