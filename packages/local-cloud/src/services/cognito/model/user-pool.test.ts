import { expect, test } from 'vitest';
import { InvalidPropertyError, UnsupportedPropertyError } from '@spa-on-aws/cloudformation';
import { CALLBACK, sampleStack, SIGNED_OUT, type SampleChanges } from '../testing/template';
import { readUserPools } from './user-pool';

const pools = (changes: SampleChanges = {}) => readUserPools(sampleStack(changes));

test('a pool is read with its domain, scopes, groups and clients', () => {
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
    arn: `arn:aws:cognito-idp:eu-west-1:111122223333:userpool/${pool?.id ?? ''}`,
    domain: { prefix: 'sample', managedLogin: true },
    passwordPolicy: { minimumLength: 8, uppercase: true, lowercase: true, numbers: true, symbols: true },
    temporaryPasswordDays: 7,
    requiredAttributes: [],
    mfa: 'OFF',
    passwordRecovery: true,
    selfSignUp: true,
    verifiesEmail: false,
    signIn: { by: 'username', caseSensitive: false },
    groups: ['editors'],
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
        clientCredentialsFlow: false,
        authSessionSeconds: 180,
        loginPage: true,
        scopes: ['openid', 'email', 'profile', 'greetings/read'],
        readAttributes: undefined,
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

test('CG-AD-03: a password policy that says nothing asks for eight characters of any kind', () => {
  const [pool] = pools({ pool: { Policies: { PasswordPolicy: { RequireNumbers: 'true' } } } });
  expect(pool?.passwordPolicy).toEqual({
    minimumLength: 8,
    uppercase: false,
    lowercase: false,
    numbers: true,
    symbols: false,
  });
});

test('CG-AD-05: names are case-sensitive unless the pool says otherwise', () => {
  expect(pools({ pool: { UsernameConfiguration: {} } })[0]?.signIn.caseSensitive).toBe(true);
});

test('a second factor is one by an authenticator app, beside which others may be named', () => {
  const pool = { MfaConfiguration: 'ON', EnabledMfas: ['SMS_MFA', 'SOFTWARE_TOKEN_MFA'] };
  expect(pools({ pool })[0]?.mfa).toBe('ON');
});

test.each(['ON', 'OPTIONAL'])(
  'MfaConfiguration %s with messages only is refused, naming what would do',
  (mode) => {
    const read = () => pools({ pool: { MfaConfiguration: mode, EnabledMfas: ['SMS_MFA', 'EMAIL_OTP'] } });
    expect(read).toThrow(UnsupportedPropertyError);
    expect(read).toThrow(
      `MfaConfiguration: is ${mode} with SMS_MFA, EMAIL_OTP in EnabledMfas; the local user pool sends no messages, so it needs SOFTWARE_TOKEN_MFA among them.`,
    );
  },
);

test('CG-LG-03: temporary passwords are good for as long as the policy says, else as UnusedAccountValidityDays', () => {
  const AdminCreateUserConfig = { UnusedAccountValidityDays: 5 };
  expect(pools({ pool: { AdminCreateUserConfig } })[0]?.temporaryPasswordDays).toBe(5);
  const Policies = { PasswordPolicy: { TemporaryPasswordValidityDays: '2' } };
  expect(pools({ pool: { AdminCreateUserConfig, Policies } })[0]?.temporaryPasswordDays).toBe(2);
});

test('attributes that the schema requires are read', () => {
  const Schema = [{ Name: 'birthdate', Required: true }, { Name: 'name' }];
  expect(pools({ pool: { Schema } })[0]?.requiredAttributes).toEqual(['birthdate']);
});

test('a client secret is made up, the same at every start, and the template can refer to it', () => {
  const secretOf = () => pools({ client: { GenerateSecret: true } })[0]?.clients[0]?.secret;
  expect(secretOf()).toMatch(/^[a-z0-9]{51}$/);
  expect(secretOf()).toBe(secretOf());
});

test.each([
  ['a mandatory second factor', 'MfaConfiguration', { pool: { MfaConfiguration: 'ON' } }],
  ['a trigger', 'LambdaConfig', { pool: { LambdaConfig: { PreTokenGeneration: 'arn:aws:lambda:x' } } }],
  ['phone numbers as user names', 'UsernameAttributes', { pool: { UsernameAttributes: ['phone_number'] } }],
  ['preferred names as aliases', 'AliasAttributes', { pool: { AliasAttributes: ['preferred_username'] } }],
  ['threat protection', 'UserPoolAddOns', { pool: { UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' } } }],
  [
    'passkeys',
    'SignInPolicy',
    { pool: { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } } } },
  ],
  ['a property that is new', 'Telepathy', { pool: { Telepathy: true } }],
  [
    'a domain of one’s own',
    'CustomDomainConfig',
    { domain: { CustomDomainConfig: { CertificateArn: 'arn' } } },
  ],
  ['the implicit flow', 'AllowedOAuthFlows[1]', { client: { AllowedOAuthFlows: ['code', 'implicit'] } }],
  [
    'another identity provider',
    'SupportedIdentityProviders[0]',
    { client: { SupportedIdentityProviders: ['Google'] } },
  ],
  ['an app’s own scheme', 'CallbackURLs[0]', { client: { CallbackURLs: ['myapp://callback'] } }],
])('%s is reported as unsupported, with its place', (_case, property, changes) => {
  expect(() => pools(changes)).toThrow(UnsupportedPropertyError);
  expect(() => pools(changes)).toThrow(property);
});

test.each([
  [
    'CG-AD-06',
    'plain http beyond this machine',
    'CallbackURLs[0]',
    { client: { CallbackURLs: ['http://a.example/'] } },
  ],
  [
    'CG-AD-06',
    'a callback with a fragment',
    'CallbackURLs[0]',
    { client: { CallbackURLs: ['https://a.example/#x'] } },
  ],
  ['CG-AD-06', 'a callback that is no URL', 'CallbackURLs[0]', { client: { CallbackURLs: ['/callback'] } }],
  ['CG-AD-06', 'a sign-out URL that is no URL', 'LogoutURLs[0]', { client: { LogoutURLs: ['example.com'] } }],
  [
    'CG-AD-06',
    'a default that is no callback',
    'DefaultRedirectURI',
    { client: { DefaultRedirectURI: SIGNED_OUT } },
  ],
  ['CG-AD-07', 'a reserved word in the domain', 'Domain', { domain: { Domain: 'my-cognito' } }],
  ['CG-AD-07', 'capitals in the domain', 'Domain', { domain: { Domain: 'Sample' } }],
  ['CG-LG-07', 'managed login in a LITE pool', 'ManagedLoginVersion', { pool: { UserPoolTier: 'LITE' } }],
  [
    'CG-JT-02',
    'an access token of a minute',
    'AccessTokenValidity',
    { client: validity('AccessToken', 1, 'minutes') },
  ],
  ['CG-JT-02', 'an ID token of two days', 'IdTokenValidity', { client: validity('IdToken', 2, 'days') }],
  [
    'CG-JT-02',
    'a refresh token of a minute',
    'RefreshTokenValidity',
    { client: validity('RefreshToken', 1, 'minutes') },
  ],
  [
    'CG-TK-11',
    'rotation together with ALLOW_REFRESH_TOKEN_AUTH',
    'ExplicitAuthFlows',
    {
      client: {
        RefreshTokenRotation: { Feature: 'ENABLED' },
        ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
      },
    },
  ],
  [
    'CG-TK-11',
    'a grace period of more than a minute',
    'RefreshTokenRotation.RetryGracePeriodSeconds',
    { client: { RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 61 } } },
  ],
  [
    'CG-AZ-08',
    'a scope that no resource server has',
    "AllowedOAuthScopes[1]: no resource server of the user pool has the scope 'greetings/write'; their scopes are: greetings/read.",
    { client: { AllowedOAuthScopes: ['openid', 'greetings/write'] } },
  ],
  [
    'CG-AD-05',
    'user names that are both e-mail addresses and have them as aliases',
    'AliasAttributes',
    { pool: { UsernameAttributes: ['email'], AliasAttributes: ['email'] } },
  ],
  [
    'CG-LG-02',
    'a required attribute that is not a standard one',
    'Schema[0]',
    { pool: { Schema: [{ Name: 'shoe', Required: true }] } },
  ],
  [
    'CG-JT-02',
    'a sign-in that may take an hour',
    'AuthSessionValidity',
    { client: { AuthSessionValidity: 60 } },
  ],
  [
    'CG-TK-05',
    'client credentials beside another flow',
    'AllowedOAuthFlows',
    { client: { AllowedOAuthFlows: ['code', 'client_credentials'], GenerateSecret: true } },
  ],
  [
    'CG-TK-05',
    'client credentials without a secret',
    'GenerateSecret',
    { client: { AllowedOAuthFlows: ['client_credentials'] } },
  ],
  ['CG-AZ-03', 'a flow without a callback', 'CallbackURLs', { client: { CallbackURLs: [] } }],
])('%s: %s is what AWS refuses, reported with its place', (_row, _case, property, changes) => {
  expect(() => pools(changes)).toThrow(InvalidPropertyError);
  expect(() => pools(changes)).toThrow(property);
});

test('callbacks on this machine may be plain http', () => {
  const CallbackURLs = ['http://localhost:4300/callback', 'http://127.0.0.1:4300/callback'];
  expect(pools({ client: { CallbackURLs } })[0]?.clients[0]?.callbackUrls).toEqual(CallbackURLs);
});

test('a refresh token validity of zero means the default', () => {
  expect(pools({ client: { RefreshTokenValidity: 0 } })[0]?.clients[0]?.refreshTokenSeconds).toBe(
    30 * 86_400,
  );
});

test('the scopes of another pool do not count', () => {
  const other = { Type: 'AWS::Cognito::UserPool', Properties: {} };
  const changes = { more: { Other: other }, resourceServer: { UserPoolId: { Ref: 'Other' } } };
  expect(() => pools(changes)).toThrow(InvalidPropertyError);
});

function validity(token: string, value: number, unit: string) {
  return { [`${token}Validity`]: value, TokenValidityUnits: { [token]: unit } };
}
