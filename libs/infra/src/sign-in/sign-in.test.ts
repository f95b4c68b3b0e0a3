import { Match } from 'aws-cdk-lib/assertions';
import { RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { expect, test } from 'vitest';
import { rendered } from '../../test/rendered';
import { templateOf } from '../../test/synthesized';
import { SignIn, type SignInProps } from './sign-in';

const PROPS: SignInProps = { siteUrl: 'https://site.example', domainPrefix: 'greetings' };

function signInTemplate(props: Partial<SignInProps> = {}) {
  return templateOf((stack) => {
    new SignIn(stack, 'SignIn', { ...PROPS, ...props });
  });
}

test('administrators create people, who sign in by e-mail address in any case', () => {
  signInTemplate().hasResourceProperties('AWS::Cognito::UserPool', {
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    UsernameAttributes: ['email'],
    AliasAttributes: Match.absent(),
    UsernameConfiguration: { CaseSensitive: false },
    AutoVerifiedAttributes: ['email'],
    UserPoolTier: 'ESSENTIALS',
  });
});

test('passwords have twelve characters of every kind, a second factor is an app if anything (B10)', () => {
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

test('a second factor can be asked of everybody', () => {
  signInTemplate({ mfaRequired: true }).hasResourceProperties('AWS::Cognito::UserPool', {
    MfaConfiguration: 'ON',
    EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
  });
});

test('people stay and are protected, unless the stage is to leave nothing behind (P24)', () => {
  signInTemplate().hasResource('AWS::Cognito::UserPool', {
    DeletionPolicy: 'Retain',
    Properties: { DeletionProtection: 'ACTIVE' },
  });
  signInTemplate({ removalPolicy: RemovalPolicy.DESTROY }).hasResource('AWS::Cognito::UserPool', {
    DeletionPolicy: 'Delete',
    Properties: { DeletionProtection: 'INACTIVE' },
  });
});

test('the client is public, takes codes only, and knows no user by the error it gives (B3, CG-AD-04)', () => {
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

test('the client returns to the site and to nowhere else, least of all to a laptop (B7, P20)', () => {
  signInTemplate().hasResourceProperties('AWS::Cognito::UserPoolClient', {
    CallbackURLs: ['https://site.example/callback'],
    LogoutURLs: ['https://site.example/'],
  });
});

test('the API has a scope of its own, which the client may ask for (B3, P9)', () => {
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

test('managed login has the style without which it shows nothing (CG-LG-06)', () => {
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

test('what the site publishes names issuer, domain, client and scopes', () => {
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

test('a domain prefix Cognito would refuse is refused at synth, by place and remedy (CG-AD-07)', () => {
  expect(() => new SignIn(new Stack(), 'SignIn', { ...PROPS, domainPrefix: 'my-aws-app' })).toThrow(
    "SignIn: domainPrefix 'my-aws-app' contains 'aws', which Cognito reserves (aws, amazon, cognito): choose another.",
  );
});
