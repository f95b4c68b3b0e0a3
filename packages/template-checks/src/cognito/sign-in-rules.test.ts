import { expect, test } from 'vitest';
import { found, mutated, type MutableTemplate } from '../../test/fixtures';

const URLS = 'return-urls-valid';
const OWN_SITE = 'return-urls-on-own-site';
const LAPTOP = 'no-localhost-references';
const DOMAIN = 'domain-prefix-valid';
const CSP = 'content-security-policy-strict';
const LOGIN = 'managed-login-has-branding';
const LIFETIMES = 'token-lifetimes-valid';
const FLOW = 'code-flow-only';
const LOGOUT = 'logout-and-renewal-possible';
const PASSWORDS = 'strong-passwords-required';
const OWN_POOL = 'user-pool-in-same-stack';

const client = (template: MutableTemplate) => template.the('AWS::Cognito::UserPoolClient').Properties;
const pool = (template: MutableTemplate) => template.the('AWS::Cognito::UserPool').Properties;
const domain = (template: MutableTemplate) => template.the('AWS::Cognito::UserPoolDomain').Properties;
const site = (template: MutableTemplate, path: string) => ({
  'Fn::Join': [
    '',
    ['https://', { 'Fn::GetAtt': [template.id('AWS::CloudFront::Distribution'), 'DomainName'] }, path],
  ],
});

test.each<[what: string, mutate: (template: MutableTemplate) => void, rules: readonly string[]]>([
  [
    'a callback URL on localhost',
    (template) => client(template).CallbackURLs.push('http://localhost:4200/callback'),
    [OWN_SITE, LAPTOP],
  ],
  [
    'a logout URL on localhost',
    (template) => client(template).LogoutURLs.push('http://127.0.0.1:4200/'),
    [OWN_SITE, LAPTOP],
  ],
  [
    'a callback URL with plain HTTP (CG-AD-06)',
    (template) => client(template).CallbackURLs.push('http://example.com/callback'),
    [URLS, OWN_SITE],
  ],
  [
    'a callback URL with a fragment',
    (template) => client(template).CallbackURLs.push(site(template, '/callback#here')),
    [URLS],
  ],
  [
    'a callback URL with a wildcard',
    (template) => client(template).CallbackURLs.push(site(template, '/*')),
    [URLS],
  ],
  [
    'a callback URL without an origin',
    (template) => client(template).CallbackURLs.push('/callback'),
    [URLS, OWN_SITE],
  ],
  [
    'a callback URL on another site',
    (template) => client(template).CallbackURLs.push('https://example.com/callback'),
    [OWN_SITE],
  ],
  [
    'a callback URL on a site whose name has the same start',
    (template) => client(template).CallbackURLs.push(site(template, '.example.com/')),
    [OWN_SITE],
  ],
  [
    '101 callback URLs',
    (template) =>
      (client(template).CallbackURLs = Array.from({ length: 101 }, (_, index) =>
        site(template, `/${index}`),
      )),
    [URLS],
  ],
  [
    'a DefaultRedirectURI that is not a callback URL',
    (template) => (client(template).DefaultRedirectURI = site(template, '/other')),
    [URLS],
  ],
  [
    'localhost in the environment of the container',
    (template) => {
      template.the('AWS::ECS::TaskDefinition').Properties.ContainerDefinitions[0].Environment.push({
        Name: 'ISSUER',
        Value: 'http://localhost:4301/pool',
      });
    },
    [LAPTOP],
  ],
  [
    'a reserved word in the domain prefix (CG-AD-07)',
    (template) => (domain(template).Domain = 'my-cognito'),
    [DOMAIN, CSP],
  ],
  [
    'uppercase letters in the domain prefix',
    (template) => (domain(template).Domain = 'Greetings'),
    [DOMAIN, CSP],
  ],
  [
    'a hyphen at the end of the domain prefix',
    (template) => (domain(template).Domain = 'greetings-'),
    [DOMAIN, CSP],
  ],
  [
    'a domain prefix with 64 characters',
    (template) => (domain(template).Domain = 'x'.repeat(64)),
    [DOMAIN, CSP],
  ],
  [
    'managed login without a branding style (CG-LG-06)',
    (template) => template.remove(template.id('AWS::Cognito::ManagedLoginBranding')),
    [LOGIN],
  ],
  [
    'managed login with a plan that does not include it (CG-LG-07)',
    (template) => (pool(template).UserPoolTier = 'LITE'),
    [LOGIN],
  ],
  [
    'access tokens that are valid for two days (CG-JT-02)',
    (template) => {
      client(template).AccessTokenValidity = 2880;
      client(template).RefreshTokenValidity = 4000;
    },
    [LIFETIMES],
  ],
  ['the implicit flow', (template) => client(template).AllowedOAuthFlows.push('implicit'), [FLOW]],
  ['a client without OAuth', (template) => delete client(template).AllowedOAuthFlowsUserPoolClient, [FLOW]],
  ['a client with a secret', (template) => (client(template).GenerateSecret = true), [FLOW]],
  [
    'a flow with passwords',
    (template) => client(template).ExplicitAuthFlows.push('ALLOW_USER_PASSWORD_AUTH'),
    [FLOW],
  ],
  ['the default flows of Cognito', (template) => delete client(template).ExplicitAuthFlows, [FLOW]],
  [
    'rotation together with ALLOW_REFRESH_TOKEN_AUTH (CG-TK-11)',
    (template) => client(template).ExplicitAuthFlows.push('ALLOW_REFRESH_TOKEN_AUTH'),
    [FLOW],
  ],
  [
    'a scope that does not exist',
    (template) => client(template).AllowedOAuthScopes.push('greetings/write'),
    [FLOW],
  ],
  ['no logout URL', (template) => delete client(template).LogoutURLs, [LOGOUT]],
  ['no token revocation', (template) => (client(template).EnableTokenRevocation = false), [LOGOUT]],
  [
    'refresh tokens that expire with access tokens',
    (template) => (client(template).RefreshTokenValidity = 60),
    [LOGOUT],
  ],
  [
    'passwords with six characters',
    (template) => (pool(template).Policies.PasswordPolicy.MinimumLength = 6),
    [PASSWORDS],
  ],
  [
    'passwords with letters only',
    (template) => (pool(template).Policies.PasswordPolicy.RequireSymbols = false),
    [PASSWORDS],
  ],
  ['no password policy', (template) => delete pool(template).Policies, [PASSWORDS]],
  ['no MFA', (template) => (pool(template).MfaConfiguration = 'OFF'), [PASSWORDS]],
  [
    'a user named test',
    (template) =>
      template.add('User', 'AWS::Cognito::UserPoolUser', {
        Username: 'test',
        UserPoolId: { Ref: template.id('AWS::Cognito::UserPool') },
      }),
    [PASSWORDS],
  ],
  [
    'responses that show whether a user exists',
    (template) => (client(template).PreventUserExistenceErrors = 'LEGACY'),
    [PASSWORDS],
  ],
  [
    'a client of a user pool in another stack',
    (template) => (client(template).UserPoolId = 'eu-west-1_AbCdEfGhI'),
    ['no-hardcoded-region-or-account', OWN_POOL],
  ],
])('reports %s', async (_, mutate, rules) => {
  const result = await found(mutated((template) => void mutate(template)));
  expect([...result.rules].sort()).toEqual([...rules].sort());
});
