import { API_GROUPS } from '@spa-on-aws/shared-types';
import { Match } from 'aws-cdk-lib/assertions';
import { RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { expect, test } from 'vitest';
import { rendered } from '../../test/rendered';
import { templateOf } from '../../test/synthesized';
import { SignIn, defaultDomainPrefix, signInOrigin, type SignInProps } from './sign-in';

const PROPS: SignInProps = { siteUrl: 'https://site.example', domainPrefix: 'greetings' };

function signInTemplate(props: Partial<SignInProps> = {}) {
  return templateOf((stack) => {
    new SignIn(stack, 'SignIn', { ...PROPS, ...props });
  });
}

test('only administrators create users, who sign in with their email address in any case', () => {
  signInTemplate().hasResourceProperties('AWS::Cognito::UserPool', {
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    UsernameAttributes: ['email'],
    AliasAttributes: Match.absent(),
    UsernameConfiguration: { CaseSensitive: false },
    AutoVerifiedAttributes: ['email'],
    UserPoolTier: 'ESSENTIALS',
  });
});

test('passwords have at least 12 characters of every kind, and MFA is an optional authenticator app', () => {
  signInTemplate().hasResourceProperties('AWS::Cognito::UserPool', {
    Policies: {
      PasswordPolicy: {
        MinimumLength: 12,
        RequireLowercase: true,
        RequireUppercase: true,
        RequireNumbers: true,
        RequireSymbols: true,
      },
    },
    MfaConfiguration: 'OPTIONAL',
    EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
    SmsConfiguration: Match.absent(),
  });
});

test('mfaRequired requires MFA of every user', () => {
  signInTemplate({ mfaRequired: true }).hasResourceProperties('AWS::Cognito::UserPool', {
    MfaConfiguration: 'ON',
    EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
  });
});

test('the user pool is retained and protected, unless the removal policy is DESTROY', () => {
  signInTemplate().hasResource('AWS::Cognito::UserPool', {
    DeletionPolicy: 'Retain',
    Properties: { DeletionProtection: 'ACTIVE' },
  });
  signInTemplate({ removalPolicy: RemovalPolicy.DESTROY }).hasResource('AWS::Cognito::UserPool', {
    DeletionPolicy: 'Delete',
    Properties: { DeletionProtection: 'INACTIVE' },
  });
});

test('the pool has the given groups and those that the API requires, which are retained like the pool', () => {
  const groups = (props: Partial<SignInProps>) =>
    Object.values(signInTemplate(props).findResources('AWS::Cognito::UserPoolGroup')).map(
      ({ DeletionPolicy, Properties }) => [Properties.GroupName, DeletionPolicy],
    );
  const names = [...new Set([...API_GROUPS, 'editors'])];
  expect(groups({ groups: ['editors'] })).toEqual(names.map((name) => [name, 'Retain']));
  expect(groups({ groups: names, removalPolicy: RemovalPolicy.DESTROY })).toEqual(
    names.map((name) => [name, 'Delete']),
  );
});

test('the client is public, allows the code flow only, and hides whether a user exists (CG-AD-04)', () => {
  signInTemplate().hasResourceProperties('AWS::Cognito::UserPoolClient', {
    GenerateSecret: false,
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'],
    SupportedIdentityProviders: ['COGNITO'],
    PreventUserExistenceErrors: 'ENABLED',
    EnableTokenRevocation: true,
    AccessTokenValidity: 60,
    IdTokenValidity: 60,
    RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 60 },
    RefreshTokenValidity: 1440,
    TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'minutes' },
  });
});

test('callback and logout URLs are on the site only, without localhost', () => {
  signInTemplate().hasResourceProperties('AWS::Cognito::UserPoolClient', {
    CallbackURLs: ['https://site.example/callback'],
    LogoutURLs: ['https://site.example/'],
  });
});

test('the API has its own scope, which the client can request', () => {
  const template = signInTemplate();
  template.hasResourceProperties('AWS::Cognito::UserPoolResourceServer', {
    Identifier: 'greetings',
    Scopes: [{ ScopeName: 'read' }],
  });
  const [client] = Object.values(template.findResources('AWS::Cognito::UserPoolClient'));
  expect(client?.['Properties'].AllowedOAuthScopes.map(rendered)).toEqual([
    'openid',
    'email',
    'profile',
    expect.stringMatching(/^\$\{SignInResourceServer[0-9A-F]+\}\/read$/),
  ]);
});

test('managed login has a branding style, without which it shows no page (CG-LG-06)', () => {
  const template = signInTemplate();
  template.hasResourceProperties('AWS::Cognito::UserPoolDomain', {
    Domain: 'greetings',
    ManagedLoginVersion: 2,
  });
  template.hasResourceProperties('AWS::Cognito::ManagedLoginBranding', {
    UseCognitoProvidedValues: true,
    ClientId: { Ref: Match.stringLikeRegexp('^SignInClient') },
  });
});

test('the runtime configuration contains the issuer, the domain, the client and the scopes', () => {
  const stack = new Stack();
  const { runtimeConfig, apiScope } = new SignIn(stack, 'SignIn', PROPS);
  expect(rendered(stack.resolve(runtimeConfig.issuer))).toMatch(
    /^https:\/\/cognito-idp\.\$\{AWS::Region\}\.amazonaws\.com\/\$\{SignInUserPool[0-9A-F]+\}$/,
  );
  expect(rendered(stack.resolve(runtimeConfig.cognitoDomain))).toBe(
    'https://greetings.auth.${AWS::Region}.amazoncognito.com',
  );
  expect(runtimeConfig.scopes).toEqual(['openid', 'email', 'profile', 'greetings/read']);
  expect(apiScope).toBe('greetings/read');
});

test('the default prefix contains the stage and the first part of the stack id’s UUID', () => {
  expect(new Stack().resolve(defaultDomainPrefix('dev'))).toEqual({
    'Fn::Join': [
      '',
      [
        'spa-dev-',
        {
          'Fn::Select': [
            0,
            { 'Fn::Split': ['-', { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] }] },
          ],
        },
      ],
    ],
  });
});

test('the origin of managed login contains the prefix and the stack’s region', () => {
  expect(rendered(new Stack().resolve(signInOrigin('greetings')))).toBe(
    'https://greetings.auth.${AWS::Region}.amazoncognito.com',
  );
});
