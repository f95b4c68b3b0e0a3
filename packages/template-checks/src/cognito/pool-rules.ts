import { literalDomainPrefixProblem } from '@spa-on-aws/cloudformation';
import { finding, rule } from '../rule';

const POOL = 'AWS::Cognito::UserPool';
const CLIENT = 'AWS::Cognito::UserPoolClient';
const DOMAIN = 'AWS::Cognito::UserPoolDomain';

export const domainPrefix = rule(
  'deployable',
  'domain-prefix-valid',
  'the domain prefix of managed login has at most 63 lowercase letters, digits and inner hyphens, and no reserved word',
  function* ({ template }) {
    for (const domain of template.ofType(DOMAIN)) {
      if (domain.properties.get('CustomDomainConfig').isPresent) continue;
      const prefix = domain.properties.get('Domain');
      // Eight digits in place of a part of the stack id, which is known after deployment (CG-AD-07).
      const text = prefix.filled(() => '00000000');
      const problem = literalDomainPrefixProblem(text)?.replace(text, prefix.text);
      if (problem) yield { path: prefix.path, problem, remedy: 'Choose another domain prefix.' };
    }
  },
  ['CG-AD-07'],
);

export const managedLogin = rule(
  'deployable',
  'managed-login-has-branding',
  'every client of a pool with managed login has a branding style, and the pool has a plan with managed login',
  function* ({ template }) {
    for (const domain of template.ofType(DOMAIN)) {
      if (domain.properties.get('ManagedLoginVersion').number !== 2) continue;
      const pool = template.referred(domain.properties.get('UserPoolId'), POOL);
      if (!pool) continue;
      const tier = pool.properties.get('UserPoolTier');
      if (tier.isPresent && !['ESSENTIALS', 'PLUS'].includes(tier.text)) {
        yield finding(
          tier,
          `plan ${tier.text} does not include managed login`,
          'Set UserPoolTier to ESSENTIALS.',
        );
      }
      for (const client of template.ofType(CLIENT)) {
        if (!client.properties.get('UserPoolId').is(pool.id)) continue;
        const isStyled = template
          .ofType('AWS::Cognito::ManagedLoginBranding')
          .some(({ properties }) => properties.get('ClientId').is(client.id));
        if (isStyled) continue;
        yield finding(
          client,
          `client ${client.id} has no branding style: managed login would show 'Login pages unavailable'`,
          'Add an AWS::Cognito::ManagedLoginBranding with UseCognitoProvidedValues.',
        );
      }
    }
  },
  ['CG-LG-06', 'CG-LG-07'],
);

export const strongPasswords = rule(
  'sign-in',
  'strong-passwords-required',
  'passwords have at least 12 characters of 4 kinds, MFA is available, the template creates no users, and responses do not tell which users exist',
  function* ({ template }) {
    const pools = template.ofType(POOL);
    if (pools.length === 0) {
      yield finding('Resources', 'there is no user pool', 'Add a user pool to the stack.');
    }
    for (const { id, properties } of pools) {
      const policy = properties.get('Policies', 'PasswordPolicy');
      if ((policy.get('MinimumLength').number ?? 0) < 12) {
        yield finding(
          policy.get('MinimumLength'),
          `passwords of pool ${id} can have ${policy.get('MinimumLength').text || '8'} characters`,
          'Set MinimumLength to 12 or more.',
        );
      }
      for (const kind of ['RequireLowercase', 'RequireUppercase', 'RequireNumbers', 'RequireSymbols']) {
        if (policy.get(kind).boolean === true) continue;
        yield finding(policy.get(kind), `${kind} of pool ${id} is not true`, 'Set it to true.');
      }
      const mfa = properties.get('MfaConfiguration');
      if (!['ON', 'OPTIONAL'].includes(mfa.text)) {
        yield finding(
          mfa,
          `pool ${id} has no MFA (MfaConfiguration ${mfa.text || 'is missing'})`,
          'Set it to OPTIONAL or ON.',
        );
      }
    }
    for (const user of template.ofType('AWS::Cognito::UserPoolUser')) {
      yield finding(
        user,
        `the template creates user ${user.properties.get('Username').text}`,
        'Create users after the deployment.',
      );
    }
    for (const client of template.ofType(CLIENT)) {
      const existence = client.properties.get('PreventUserExistenceErrors');
      if (existence.text === 'ENABLED') continue;
      yield finding(
        existence,
        `client ${client.id} shows whether a user exists (PreventUserExistenceErrors ${existence.text || 'is missing'})`,
        'Set it to ENABLED.',
      );
    }
  },
  ['CG-AD-03', 'CG-AD-04'],
);

export const ownPool = rule(
  'sign-in',
  'user-pool-in-same-stack',
  'clients, resource servers and domains belong to a user pool of the same stack, and the domain contains the stage name',
  function* ({ template }) {
    for (const resource of template.ofType(CLIENT, DOMAIN, 'AWS::Cognito::UserPoolResourceServer')) {
      const pool = resource.properties.get('UserPoolId');
      if (template.referred(pool, POOL)) continue;
      yield finding(
        pool,
        `${resource.id} belongs to user pool ${pool.text}, which is not in this template`,
        'Add a user pool to the stack.',
      );
    }
    const stages = template
      .ofType('AWS::ApiGateway::Stage')
      .map((stage) => stage.properties.get('StageName').text);
    const domains = template.ofType(DOMAIN);
    if (domains.length === 0) {
      yield finding('Resources', 'managed login has no domain', 'Add an AWS::Cognito::UserPoolDomain.');
    }
    const isNamedAfterStage = domains.some((domain) =>
      stages.some((stage) => domain.properties.get('Domain').text.includes(stage)),
    );
    if (!isNamedAfterStage) {
      yield { note: 'the domain does not contain the stage name: choose another domain for each stage' };
    }
  },
  ['CG-AD-07'],
);
