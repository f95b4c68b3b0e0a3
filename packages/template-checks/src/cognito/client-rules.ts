import { scopesOf } from '../api-gateway/method-rules';
import { rule, type Findings } from '../rule';
import type { TemplateResource, Value } from '@spa-on-aws/cloudformation';

const CLIENT = 'AWS::Cognito::UserPoolClient';

/** What every pool knows without a resource server. */
const STANDARD_SCOPES = ['openid', 'email', 'phone', 'profile', 'aws.cognito.signin.user.admin'];

/** The client asks for scopes there are, by the one flow a page is to use. */
export const codeFlowOnly = rule(
  'sign-in',
  'code-flow-only',
  [],
  'clients are public, use the code flow and refresh tokens only, and ask for scopes that exist',
  function* ({ template }) {
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
  },
);

const REFRESH = 'ALLOW_REFRESH_TOKEN_AUTH';

/**
 * Sign-in is the login page's alone. A client must name a flow, else it has Cognito's defaults; custom authentication
 * leads nowhere without triggers.
 */
function* explicitFlowFindings(client: TemplateResource): Findings {
  const flows = client.properties.get('ExplicitAuthFlows');
  const rotates = client.properties.get('RefreshTokenRotation', 'Feature').text === 'ENABLED';
  const names = flows.items.map((flow) => flow.text);
  if (rotates && names.includes(REFRESH)) {
    yield {
      path: flows.path,
      problem: `client ${client.id} rotates refresh tokens and allows ${REFRESH}, which Cognito refuses together (CG-TK-11)`,
      remedy: `Remove ${REFRESH}.`,
    };
  }
  const harmless = rotates ? 'ALLOW_CUSTOM_AUTH' : REFRESH;
  const others = names.filter((name) => name !== harmless && name !== REFRESH);
  if (others.length > 0 || names.length === 0) {
    yield {
      path: flows.path,
      problem: `client ${client.id} allows ${others.join(', ') || 'no renewal, or Cognito’s defaults'}`,
      remedy: `Set ExplicitAuthFlows to ${harmless} alone.`,
    };
  }
}

/** People can log out, and a session can be renewed. */
export const logoutAndRenewal = rule(
  'sign-in',
  'logout-and-renewal-possible',
  [],
  'clients have a logout URL, revocation and refresh tokens that outlive access tokens',
  function* ({ template }) {
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
  'token-lifetimes-valid',
  ['CG-JT-02'],
  'access and ID tokens live 5 minutes to 24 hours, refresh tokens an hour to ten years',
  function* ({ template }) {
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
  },
);
