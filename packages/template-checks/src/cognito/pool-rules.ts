import { rule } from '../rule';

const POOL = 'AWS::Cognito::UserPool';
const CLIENT = 'AWS::Cognito::UserPoolClient';
const DOMAIN = 'AWS::Cognito::UserPoolDomain';

/** The domain is one Cognito gives. */
export const domainPrefix = rule(
  'deployable',
  'domain-prefix-valid',
  ['CG-AD-07'],
  'the prefix of managed login’s domain has lower-case letters, digits and inner hyphens, at most 63, and no reserved word',
  function* ({ template }) {
    for (const domain of template.ofType(DOMAIN)) {
      if (domain.properties.get('CustomDomainConfig').isPresent) continue;
      const prefix = domain.properties.get('Domain');
      // Eight digits for what only the deployment knows: a part of the stack's id (CG-AD-07).
      const text = prefix.filled(() => '00000000');
      const reserved = ['aws', 'amazon', 'cognito'].find((word) => text.includes(word));
      if (!reserved && /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text)) continue;
      yield {
        path: prefix.path,
        problem: `domain prefix ${prefix.text} ${reserved ? `contains '${reserved}', which Cognito reserves` : 'is none that Cognito gives'}`,
        remedy: 'Use 1 to 63 lower-case letters, digits and inner hyphens.',
      };
    }
  },
);

/** Managed login has pages to show. */
export const managedLogin = rule(
  'deployable',
  'managed-login-has-branding',
  ['CG-LG-06', 'CG-LG-07'],
  'every client of a pool with managed login has a style, and the pool a plan that includes it',
  function* ({ template }) {
    for (const domain of template.ofType(DOMAIN)) {
      if (domain.properties.get('ManagedLoginVersion').number !== 2) continue;
      const pool = template.referred(domain.properties.get('UserPoolId'), POOL);
      if (!pool) continue;
      const tier = pool.properties.get('UserPoolTier');
      if (tier.isPresent && !['ESSENTIALS', 'PLUS'].includes(tier.text)) {
        yield {
          path: tier.path,
          problem: `plan ${tier.text} has no managed login`,
          remedy: 'Set UserPoolTier to ESSENTIALS.',
        };
      }
      for (const client of template.ofType(CLIENT)) {
        if (!client.properties.get('UserPoolId').is(pool.id)) continue;
        const styled = template
          .ofType('AWS::Cognito::ManagedLoginBranding')
          .some(({ properties }) => properties.get('ClientId').is(client.id));
        if (styled) continue;
        yield {
          path: client.path,
          problem: `client ${client.id} has no style: managed login answers 'Login pages unavailable'`,
          remedy: 'Add an AWS::Cognito::ManagedLoginBranding with UseCognitoProvidedValues.',
        };
      }
    }
  },
);

/** Nobody gets in with a password that is guessed, and nobody is in from the start. */
export const strongPasswords = rule(
  'sign-in',
  'strong-passwords-required',
  ['CG-AD-03', 'CG-AD-04'],
  'passwords have 12 characters of four kinds or more, a second factor can be had, no user is made by the template, and no answer tells who is one',
  function* ({ template }) {
    const pools = template.ofType(POOL);
    if (pools.length === 0) {
      yield {
        path: 'Resources',
        problem: 'there is no user pool',
        remedy: 'Give the stage a pool of its own.',
      };
    }
    for (const { id, properties } of pools) {
      const policy = properties.get('Policies', 'PasswordPolicy');
      if ((policy.get('MinimumLength').number ?? 0) < 12) {
        yield {
          path: policy.get('MinimumLength').path,
          problem: `passwords of pool ${id} may have ${policy.get('MinimumLength').text || '8'} characters`,
          remedy: 'Set MinimumLength to 12 or more.',
        };
      }
      for (const kind of ['RequireLowercase', 'RequireUppercase', 'RequireNumbers', 'RequireSymbols']) {
        if (policy.get(kind).boolean === true) continue;
        yield {
          path: policy.get(kind).path,
          problem: `${kind} of pool ${id} is not true`,
          remedy: 'Set it to true.',
        };
      }
      const mfa = properties.get('MfaConfiguration');
      if (!['ON', 'OPTIONAL'].includes(mfa.text)) {
        yield {
          path: mfa.path,
          problem: `pool ${id} has no second factor (MfaConfiguration ${mfa.text || 'is missing'})`,
          remedy: 'Set it to OPTIONAL or ON.',
        };
      }
    }
    for (const user of template.ofType('AWS::Cognito::UserPoolUser')) {
      yield {
        path: user.path,
        problem: `the template makes user ${user.properties.get('Username').text}`,
        remedy: 'Add people after the deployment.',
      };
    }
    for (const client of template.ofType(CLIENT)) {
      const existence = client.properties.get('PreventUserExistenceErrors');
      if (existence.text === 'ENABLED') continue;
      yield {
        path: existence.path,
        problem: `client ${client.id} tells whether a user exists (PreventUserExistenceErrors ${existence.text || 'is missing'})`,
        remedy: 'Set it to ENABLED.',
      };
    }
  },
);

/** A stage is a stack with a pool, client and domain of its own. */
export const ownPool = rule(
  'sign-in',
  'user-pool-in-same-stack',
  ['CG-AD-07'],
  'pool, client, resource server and domain are the stack’s own, and the domain’s name differs from other stages’',
  function* ({ template }) {
    for (const resource of template.ofType(CLIENT, DOMAIN, 'AWS::Cognito::UserPoolResourceServer')) {
      const pool = resource.properties.get('UserPoolId');
      if (template.referred(pool, POOL)) continue;
      yield {
        path: pool.path,
        problem: `${resource.id} belongs to pool ${pool.text}, which is not in this template`,
        remedy: 'Give the stage a pool of its own.',
      };
    }
    const stages = template
      .ofType('AWS::ApiGateway::Stage')
      .map((stage) => stage.properties.get('StageName').text);
    const domains = template.ofType(DOMAIN);
    if (domains.length === 0) {
      yield {
        path: 'Resources',
        problem: 'managed login has no domain',
        remedy: 'Add an AWS::Cognito::UserPoolDomain.',
      };
    }
    const isNamedAfterStage = domains.some((domain) =>
      stages.some((stage) => domain.properties.get('Domain').text.includes(stage)),
    );
    if (!isNamedAfterStage) {
      yield { note: 'the domain does not contain the stage name: choose another domain for each stage' };
    }
  },
);
