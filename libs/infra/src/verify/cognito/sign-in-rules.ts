import { scopesOf } from '../api-gateway/method-rules';
import { rule, type Findings, type Subject } from '../rule';
import type { Resource } from '../template/template';
import type { Value } from '../template/value';

const POOL = 'AWS::Cognito::UserPool';
const CLIENT = 'AWS::Cognito::UserPoolClient';
const DOMAIN = 'AWS::Cognito::UserPoolDomain';

/** What every pool knows without a resource server. */
const STANDARD_SCOPES = ['openid', 'email', 'phone', 'profile', 'aws.cognito.signin.user.admin'];

/** Sign-in returns to URLs Cognito takes. */
export const returnUrls = rule(
  'deployable',
  ['CG-AD-06'],
  'return-urls',
  'callback and logout URLs are absolute, https, without fragment or wildcard, and at most 100 of a kind',
  function* ({ template }): Findings {
    for (const client of template.ofType(CLIENT)) {
      for (const name of ['CallbackURLs', 'LogoutURLs']) {
        const urls = client.properties.get(name);
        if (urls.items.length > 100) {
          yield { path: urls.path, problem: `${urls.items.length} ${name}`, remedy: 'Register 100 at most.' };
        }
        for (const url of urls.items) {
          const problem = urlProblem(url);
          if (problem) {
            yield {
              path: url.path,
              problem: `${name} of ${client.id}: ${url.text} ${problem}`,
              remedy: 'Register the exact URL of a page of the site, https://….',
            };
          }
        }
      }
      const preferred = client.properties.get('DefaultRedirectURI');
      const known = client.properties.get('CallbackURLs').items.some((url) => url.text === preferred.text);
      if (preferred.isPresent && !known) {
        yield {
          path: preferred.path,
          problem: `DefaultRedirectURI ${preferred.text} is none of the callback URLs`,
          remedy: 'Add it to CallbackURLs.',
        };
      }
    }
    return undefined;
  },
);

function urlProblem(url: Value): string | undefined {
  const text = url.text;
  if (text.includes('#')) return 'has a fragment';
  if (text.includes('*')) return 'has a wildcard, and Cognito compares URLs exactly';
  // A scheme of an app's own, and http for localhost, are Cognito's to take and not ours to register (P20).
  const local = /^http:\/\/(?:localhost|127\.0\.0\.1)(?=[:/]|$)/.test(text);
  if (local || /^[a-z][a-z0-9+.-]*:\/\//.test(text)) {
    return text.startsWith('http://') && !local ? 'is plain HTTP' : undefined;
  }
  return 'is not absolute';
}

/** A deployed client returns to its own site and to nobody's laptop. */
export const ownSiteOnly = rule(
  'sign-in',
  ['P1', 'P20', 'P29'],
  'own-site-only',
  'every client returns to the distribution of its own stack, and to no laptop',
  function* ({ template }): Findings {
    const clients = template.ofType(CLIENT);
    if (clients.length === 0) {
      yield {
        path: 'Resources',
        problem: 'there is no client',
        remedy: 'Give the site a client of its own.',
      };
    }
    const sites = siteOrigins(template);
    for (const client of clients) {
      const urls = ['CallbackURLs', 'LogoutURLs', 'DefaultRedirectURI'].flatMap(
        (name) => client.properties.get(name).items,
      );
      for (const url of urls) {
        if (sites.some((site) => url.text === site || url.text.startsWith(`${site}/`))) continue;
        const laptop = /localhost|127\.0\.0\.1|\[::1\]/.test(url.text);
        yield {
          path: url.path,
          problem: `client ${client.id} returns to ${url.text}, ${
            laptop ? 'a laptop: codes would go to whatever runs there' : 'not to the site of this stack'
          }`,
          remedy: 'Return to the distribution of this stack; development has a pool of its own.',
        };
      }
    }
    return undefined;
  },
);

/** The origins pages of this stack are served from: its distributions' names. */
function siteOrigins(template: Subject['template']): readonly string[] {
  return template
    .ofType('AWS::CloudFront::Distribution')
    .flatMap((distribution) => [
      `https://\${${distribution.id}.DomainName}`,
      ...distribution.properties
        .get('DistributionConfig', 'Aliases')
        .items.map((alias) => `https://${alias.text}`),
    ]);
}

/** Nothing of the template mentions a developer's machine. */
export const noLaptop = rule(
  'sign-in',
  ['P20'],
  'no-laptop',
  'no property of any resource names localhost or a loopback address',
  function* ({ template }): Findings {
    for (const resource of template.resources) {
      for (const { path, text } of textsOf(resource.properties)) {
        const match = /localhost|\b127(?:\.\d{1,3}){3}\b|\[::1\]/.exec(text);
        // A CloudFront function's code and a health check run where they are, not on a laptop.
        if (!match || path.includes('.HealthCheck.') || path.endsWith('.FunctionCode')) continue;
        yield {
          path,
          problem: `it names ${match[0]}`,
          remedy: 'Take the value from a resource of this stack; a laptop has the local cloud.',
        };
      }
    }
    return undefined;
  },
);

function* textsOf(value: Value): Generator<{ path: string; text: string }> {
  if (typeof value.raw === 'string') yield { path: value.path, text: value.raw };
  else if (Array.isArray(value.raw)) for (const item of value.items) yield* textsOf(item);
  else for (const [, inner] of value.entries) yield* textsOf(inner);
}

/** The domain is one Cognito gives. */
export const domainPrefix = rule(
  'deployable',
  ['CG-AD-07'],
  'domain-prefix',
  'the prefix of managed login’s domain has lower-case letters, digits and inner hyphens, at most 63, and no reserved word',
  function* ({ template }): Findings {
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
    return undefined;
  },
);

/** Managed login has pages to show. */
export const managedLogin = rule(
  'deployable',
  ['CG-LG-06', 'CG-LG-07'],
  'managed-login',
  'every client of a pool with managed login has a style, and the pool a plan that includes it',
  function* ({ template }): Findings {
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
    return undefined;
  },
);

/** The client asks for scopes there are, by the one flow a page is to use. */
export const codeFlowOnly = rule(
  'sign-in',
  ['P17', 'B3'],
  'code-flow-only',
  'clients are public, use the code flow and refresh tokens only, and ask for scopes that exist',
  function* ({ template }): Findings {
    const known = new Set([...STANDARD_SCOPES, ...scopesOf(template)]);
    for (const client of template.ofType(CLIENT)) {
      const { properties } = client;
      const flows = properties.get('AllowedOAuthFlows');
      if (flows.items.map((flow) => flow.text).join() !== 'code') {
        yield {
          path: flows.path,
          problem: `client ${client.id} may use ${flows.items.map((flow) => flow.text).join(', ') || 'no flow'}: tokens belong in no URL`,
          remedy: 'Set AllowedOAuthFlows to code.',
        };
      }
      if (properties.get('AllowedOAuthFlowsUserPoolClient').boolean !== true) {
        yield {
          path: properties.get('AllowedOAuthFlowsUserPoolClient').path,
          problem: `client ${client.id} may not use OAuth at all`,
          remedy: 'Set AllowedOAuthFlowsUserPoolClient to true.',
        };
      }
      if (properties.get('GenerateSecret').boolean === true) {
        yield {
          path: properties.get('GenerateSecret').path,
          problem: `client ${client.id} has a secret, which a page cannot keep`,
          remedy: 'Set GenerateSecret to false.',
        };
      }
      yield* explicitFlowFindings(client);
      const scopes = properties.get('AllowedOAuthScopes');
      for (const scope of scopes.items) {
        if (known.has(scope.text)) continue;
        yield {
          path: scope.path,
          problem: `scope ${scope.text} of client ${client.id} does not exist`,
          remedy: `Use one of ${[...known].join(', ')}.`,
        };
      }
    }
    return undefined;
  },
);

function* explicitFlowFindings(client: Resource): Findings {
  const flows = client.properties.get('ExplicitAuthFlows');
  const rotates = client.properties.get('RefreshTokenRotation', 'Feature').text === 'ENABLED';
  const names = flows.items.map((flow) => flow.text);
  const refreshes = names.includes('ALLOW_REFRESH_TOKEN_AUTH');
  if (rotates && refreshes) {
    yield {
      path: flows.path,
      problem: `client ${client.id} rotates refresh tokens and allows ALLOW_REFRESH_TOKEN_AUTH, which Cognito refuses together (CG-TK-11)`,
      remedy: 'Remove ALLOW_REFRESH_TOKEN_AUTH.',
    };
  }
  const others = names.filter((name) => name !== 'ALLOW_REFRESH_TOKEN_AUTH');
  if (others.length > 0 || (!rotates && !refreshes)) {
    yield {
      path: flows.path,
      problem: `client ${client.id} allows ${others.join(', ') || 'no renewal, or Cognito’s defaults'}`,
      remedy: 'Set ExplicitAuthFlows to ALLOW_REFRESH_TOKEN_AUTH alone.',
    };
  }
  return undefined;
}

/** People can log out, and a session can be renewed. */
export const logoutAndRenewal = rule(
  'sign-in',
  ['B9', 'P12'],
  'logout-and-renewal',
  'clients have a logout URL, revocation and refresh tokens that outlive access tokens',
  function* ({ template }): Findings {
    for (const client of template.ofType(CLIENT)) {
      const { properties } = client;
      const logout = properties.get('LogoutURLs');
      if (logout.items.length === 0) {
        yield {
          path: logout.path,
          problem: `client ${client.id} has no logout URL: Cognito would show an error`,
          remedy: 'Register where logout returns to.',
        };
      }
      const revocation = properties.get('EnableTokenRevocation');
      if (revocation.isPresent && revocation.boolean !== true) {
        yield {
          path: revocation.path,
          problem: `refresh tokens of client ${client.id} cannot be revoked`,
          remedy: 'Set EnableTokenRevocation to true.',
        };
      }
      const lifetimes = (['AccessToken', 'RefreshToken'] as const).map((token) =>
        lifetimeOf(properties, token),
      );
      const [access = 0, refresh = 0] = lifetimes;
      if (refresh <= access) {
        yield {
          path: properties.get('RefreshTokenValidity').path,
          problem: `refresh tokens live ${refresh / 60} minutes, access tokens ${access / 60}: nothing could be renewed`,
          remedy: 'Let refresh tokens live longer.',
        };
      }
    }
    return undefined;
  },
);

const UNIT_S: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };
const DEFAULTS = {
  AccessToken: { unit: 'hours', validity: 1 },
  IdToken: { unit: 'hours', validity: 1 },
  RefreshToken: { unit: 'days', validity: 30 },
} as const;

/** How long a token lives, in seconds. */
function lifetimeOf(properties: Value, token: keyof typeof DEFAULTS): number {
  const unit = properties.get('TokenValidityUnits', token).literal ?? DEFAULTS[token].unit;
  const validity = properties.get(`${token}Validity`).number ?? DEFAULTS[token].validity;
  return validity * (UNIT_S[unit] ?? Number.NaN);
}

/** Tokens live as long as Cognito lets them. */
export const tokenLifetimes = rule(
  'deployable',
  ['CG-JT-02'],
  'token-lifetimes',
  'access and ID tokens live 5 minutes to 24 hours, refresh tokens an hour to ten years',
  function* ({ template }): Findings {
    for (const client of template.ofType(CLIENT)) {
      for (const [token, least, most] of [
        ['AccessToken', 300, 86_400],
        ['IdToken', 300, 86_400],
        ['RefreshToken', 3600, 315_360_000],
      ] as const) {
        const lifetime = lifetimeOf(client.properties, token);
        if (lifetime >= least && lifetime <= most) continue;
        yield {
          path: client.properties.get(`${token}Validity`).path,
          problem: `${token} of client ${client.id} lives ${lifetime} seconds`,
          remedy: `Let it live ${least} to ${most} seconds.`,
        };
      }
    }
    return undefined;
  },
);

/** Nobody gets in with a password that is guessed, and nobody is in from the start. */
export const strongPasswords = rule(
  'sign-in',
  ['B10', 'CG-AD-03', 'CG-AD-04'],
  'strong-passwords',
  'passwords have 12 characters of four kinds or more, a second factor can be had, no user is made by the template, and no answer tells who is one',
  function* ({ template }): Findings {
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
    return undefined;
  },
);

/** A stage is a stack with a pool, client and domain of its own. */
export const ownPool = rule(
  'sign-in',
  ['P29', 'CG-AD-07'],
  'own-pool',
  'pool, client, resource server and domain are the stack’s own, and the domain’s name differs from other stages’',
  function* ({ template }): Findings {
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
    return domains.some((domain) =>
      stages.some((stage) => domain.properties.get('Domain').text.includes(stage)),
    )
      ? undefined
      : { note: 'the domain is a name of your own: choose another for each stage' };
  },
);
