import { scopesOf } from '../api-gateway/method-rules';
import { finding, rule, type Findings } from '../rule';
import type { TemplateResource, Value } from '@spa-on-aws/cloudformation';

const CLIENT = 'AWS::Cognito::UserPoolClient';

/** Scopes that every user pool has. */
const STANDARD_SCOPES = ['openid', 'email', 'phone', 'profile', 'aws.cognito.signin.user.admin'];

export const codeFlowOnly = rule(
  'sign-in',
  'code-flow-only',
  'clients are public, use only the code flow and refresh tokens, and their scopes exist',
  function* ({ template }) {
    const known = new Set([...STANDARD_SCOPES, ...scopesOf(template)]);
    for (const client of template.ofType(CLIENT)) {
      const { properties } = client;
      const flows = properties.get('AllowedOAuthFlows');
      if (flows.items.map((flow) => flow.text).join() !== 'code') {
        yield finding(
          flows,
          `client ${client.id} allows flow ${flows.items.map((flow) => flow.text).join(', ') || 'none'}; only code keeps tokens out of URLs`,
          'Set AllowedOAuthFlows to code.',
        );
      }
      if (properties.get('AllowedOAuthFlowsUserPoolClient').boolean !== true) {
        yield finding(
          properties.get('AllowedOAuthFlowsUserPoolClient'),
          `client ${client.id} does not allow OAuth flows`,
          'Set AllowedOAuthFlowsUserPoolClient to true.',
        );
      }
      if (properties.get('GenerateSecret').boolean === true) {
        yield finding(
          properties.get('GenerateSecret'),
          `client ${client.id} has a secret, which a page cannot keep secret`,
          'Set GenerateSecret to false.',
        );
      }
      yield* explicitFlowFindings(client);
      const scopes = properties.get('AllowedOAuthScopes');
      for (const scope of scopes.items) {
        if (known.has(scope.text)) continue;
        yield finding(
          scope,
          `scope ${scope.text} of client ${client.id} does not exist`,
          `Use one of ${[...known].join(', ')}.`,
        );
      }
    }
  },
);

const REFRESH = 'ALLOW_REFRESH_TOKEN_AUTH';

/**
 * Users sign in only on the managed login page. A client must have a flow, otherwise Cognito's defaults apply. The
 * custom flow does nothing without triggers.
 */
function* explicitFlowFindings(client: TemplateResource): Findings {
  const flows = client.properties.get('ExplicitAuthFlows');
  const rotates = client.properties.get('RefreshTokenRotation', 'Feature').text === 'ENABLED';
  const names = flows.items.map((flow) => flow.text);
  if (rotates && names.includes(REFRESH)) {
    yield finding(
      flows,
      `client ${client.id} rotates refresh tokens and allows ${REFRESH}, which Cognito does not accept together (CG-TK-11)`,
      `Remove ${REFRESH}.`,
    );
  }
  const harmless = rotates ? 'ALLOW_CUSTOM_AUTH' : REFRESH;
  const others = names.filter((name) => name !== harmless && name !== REFRESH);
  if (others.length > 0 || names.length === 0) {
    yield finding(
      flows,
      `client ${client.id} allows ${others.join(', ') || 'no flow, so the defaults of Cognito apply'}`,
      `Set ExplicitAuthFlows to ${harmless} only.`,
    );
  }
}

export const logoutAndRenewal = rule(
  'sign-in',
  'logout-and-renewal-possible',
  'clients have a logout URL, token revocation, and refresh tokens that are valid longer than access tokens',
  function* ({ template }) {
    for (const client of template.ofType(CLIENT)) {
      const { properties } = client;
      const logout = properties.get('LogoutURLs');
      if (logout.items.length === 0) {
        yield finding(
          logout,
          `client ${client.id} has no logout URL: Cognito would show an error at logout`,
          'Add the URL to which logout redirects.',
        );
      }
      const revocation = properties.get('EnableTokenRevocation');
      if (revocation.isPresent && revocation.boolean !== true) {
        yield finding(
          revocation,
          `refresh tokens of client ${client.id} cannot be revoked`,
          'Set EnableTokenRevocation to true.',
        );
      }
      const lifetimes = (['AccessToken', 'RefreshToken'] as const).map((token) =>
        lifetimeOf(properties, token),
      );
      const [access = 0, refresh = 0] = lifetimes;
      if (refresh <= access) {
        yield finding(
          properties.get('RefreshTokenValidity'),
          `refresh tokens are valid for ${refresh / 60} minutes, access tokens for ${access / 60}: the session could not be renewed`,
          'Increase RefreshTokenValidity.',
        );
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

/** Returns the lifetime of a token in seconds. */
function lifetimeOf(properties: Value, token: keyof typeof DEFAULTS): number {
  const unit = properties.get('TokenValidityUnits', token).literal ?? DEFAULTS[token].unit;
  const validity = properties.get(`${token}Validity`).number ?? DEFAULTS[token].validity;
  return validity * (UNIT_S[unit] ?? Number.NaN);
}

export const tokenLifetimes = rule(
  'deployable',
  'token-lifetimes-valid',
  'access and ID tokens are valid for 5 minutes to 24 hours, refresh tokens for 1 hour to 10 years',
  function* ({ template }) {
    for (const client of template.ofType(CLIENT)) {
      for (const [token, min, max] of [
        ['AccessToken', 300, 86_400],
        ['IdToken', 300, 86_400],
        ['RefreshToken', 3600, 315_360_000],
      ] as const) {
        const lifetime = lifetimeOf(client.properties, token);
        if (lifetime >= min && lifetime <= max) continue;
        yield finding(
          client.properties.get(`${token}Validity`).path,
          `${token} of client ${client.id} is valid for ${lifetime} seconds`,
          `Use ${min} to ${max} seconds.`,
        );
      }
    }
  },
  ['CG-JT-02'],
);
