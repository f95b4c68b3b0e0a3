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
    'a callback to a laptop',
    (template) => client(template).CallbackURLs.push('http://localhost:4200/callback'),
    [OWN_SITE, LAPTOP],
  ],
  [
    'a logout to a laptop',
    (template) => client(template).LogoutURLs.push('http://127.0.0.1:4200/'),
    [OWN_SITE, LAPTOP],
  ],
  [
    'a callback over plain HTTP (CG-AD-06)',
    (template) => client(template).CallbackURLs.push('http://example.com/callback'),
    [URLS, OWN_SITE],
  ],
  [
    'a callback with a fragment',
    (template) => client(template).CallbackURLs.push(site(template, '/callback#here')),
    [URLS],
  ],
  [
    'a callback with a wildcard',
    (template) => client(template).CallbackURLs.push(site(template, '/*')),
    [URLS],
  ],
  [
    'a callback that is only a path',
    (template) => client(template).CallbackURLs.push('/callback'),
    [URLS, OWN_SITE],
  ],
  [
    'a callback to another site',
    (template) => client(template).CallbackURLs.push('https://example.com/callback'),
    [OWN_SITE],
  ],
  [
    'a callback to a site that only begins alike',
    (template) => client(template).CallbackURLs.push(site(template, '.example.com/')),
    [OWN_SITE],
  ],
  [
    '101 callbacks',
    (template) =>
      (client(template).CallbackURLs = Array.from({ length: 101 }, (_, index) =>
        site(template, `/${index}`),
      )),
    [URLS],
  ],
  [
    'a preferred callback that is none',
    (template) => (client(template).DefaultRedirectURI = site(template, '/other')),
    [URLS],
  ],
  [
    'a laptop in the container’s environment',
    (template) => {
      template.the('AWS::ECS::TaskDefinition').Properties.ContainerDefinitions[0].Environment.push({
        Name: 'ISSUER',
        Value: 'http://localhost:4301/pool',
      });
    },
    [LAPTOP],
  ],
  [
    'a reserved word in the domain (CG-AD-07)',
    (template) => (domain(template).Domain = 'my-cognito'),
    [DOMAIN, CSP],
  ],
  ['capitals in the domain', (template) => (domain(template).Domain = 'Greetings'), [DOMAIN, CSP]],
  ['a hyphen at the domain’s end', (template) => (domain(template).Domain = 'greetings-'), [DOMAIN, CSP]],
  ['a domain of 64 characters', (template) => (domain(template).Domain = 'x'.repeat(64)), [DOMAIN, CSP]],
  [
    'managed login without a style (CG-LG-06)',
    (template) => template.remove(template.id('AWS::Cognito::ManagedLoginBranding')),
    [LOGIN],
  ],
  [
    'managed login on the plan without it (CG-LG-07)',
    (template) => (pool(template).UserPoolTier = 'LITE'),
    [LOGIN],
  ],
  [
    'access tokens for two days (CG-JT-02)',
    (template) => {
      client(template).AccessTokenValidity = 2880;
      client(template).RefreshTokenValidity = 4000;
    },
    [LIFETIMES],
  ],
  ['the implicit flow', (template) => client(template).AllowedOAuthFlows.push('implicit'), [FLOW]],
  ['no OAuth at all', (template) => delete client(template).AllowedOAuthFlowsUserPoolClient, [FLOW]],
  ['a secret in a page', (template) => (client(template).GenerateSecret = true), [FLOW]],
  [
    'passwords sent to the API',
    (template) => client(template).ExplicitAuthFlows.push('ALLOW_USER_PASSWORD_AUTH'),
    [FLOW],
  ],
  ['Cognito’s default flows', (template) => delete client(template).ExplicitAuthFlows, [FLOW]],
  [
    'rotation beside the old way (CG-TK-11)',
    (template) => client(template).ExplicitAuthFlows.push('ALLOW_REFRESH_TOKEN_AUTH'),
    [FLOW],
  ],
  [
    'a scope that does not exist',
    (template) => client(template).AllowedOAuthScopes.push('greetings/write'),
    [FLOW],
  ],
  ['no logout', (template) => delete client(template).LogoutURLs, [LOGOUT]],
  ['no revocation', (template) => (client(template).EnableTokenRevocation = false), [LOGOUT]],
  [
    'refresh tokens that end with access tokens',
    (template) => (client(template).RefreshTokenValidity = 60),
    [LOGOUT],
  ],
  [
    'six-character passwords',
    (template) => (pool(template).Policies.PasswordPolicy.MinimumLength = 6),
    [PASSWORDS],
  ],
  [
    'passwords of letters',
    (template) => (pool(template).Policies.PasswordPolicy.RequireSymbols = false),
    [PASSWORDS],
  ],
  ['no password policy', (template) => delete pool(template).Policies, [PASSWORDS]],
  ['no second factor', (template) => (pool(template).MfaConfiguration = 'OFF'), [PASSWORDS]],
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
    'answers that tell who is a user',
    (template) => (client(template).PreventUserExistenceErrors = 'LEGACY'),
    [PASSWORDS],
  ],
  [
    'a client of another stack’s pool',
    (template) => (client(template).UserPoolId = 'eu-west-1_AbCdEfGhI'),
    ['no-hardcoded-region-or-account', OWN_POOL],
  ],
])('%s', (_, mutate, rules) => {
  const result = found(mutated((template) => void mutate(template)));
  expect([...result.rules].sort()).toEqual([...rules].sort());
});
