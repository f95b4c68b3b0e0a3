import { z } from 'zod';
import {
  cfnBoolean,
  cfnInteger,
  InvalidPropertyError,
  type Resource,
  UnsupportedPropertyError,
  withoutEffect,
} from '@spa-on-aws/cloudformation';

export interface UserPoolClient {
  readonly id: string;
  readonly logicalId: string;
  readonly name: string | undefined;
  /** A client with a secret must authenticate at the token endpoint. Derived from ids, so the same at every start. */
  readonly secret: string | undefined;
  /** Allowed `redirect_uri` values, compared character by character. */
  readonly callbackUrls: readonly string[];
  /** Allowed `logout_uri` values, compared character by character. */
  readonly logoutUrls: readonly string[];
  readonly codeFlow: boolean;
  /** True if AWS would allow the implicit flow; the local cloud refuses its use (row CG-AZ-20). */
  readonly implicitFlow: boolean;
  readonly clientCredentialsFlow: boolean;
  /** Sign-in flows of the user pools API, without the prefix `ALLOW_`. */
  readonly authFlows: readonly AuthFlow[];
  /** True if the client has a login page for users of the pool. */
  readonly loginPage: boolean;
  readonly scopes: readonly string[];
  /** Attributes that the client may read; `undefined`: all. */
  readonly readAttributes: readonly string[] | undefined;
  /** Attributes that the client may change; `undefined`: all. */
  readonly writeAttributes: readonly string[] | undefined;
  readonly accessTokenSeconds: number;
  readonly idTokenSeconds: number;
  readonly refreshTokenSeconds: number;
  /** How long a sign-in waits for a new password or a code. */
  readonly authSessionSeconds: number;
  /** Each refresh issues a new refresh token; the old one stays valid for this long. `undefined`: no rotation. */
  readonly rotationGraceSeconds: number | undefined;
  readonly tokenRevocation: boolean;
  /** True if an unknown user and a wrong password get the same message. */
  readonly hidesUnknownUsers: boolean;
}

const SECONDS = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 } as const;
const DAY = SECONDS.days;

const AUTH_FLOWS = [
  'ADMIN_USER_PASSWORD_AUTH',
  'CUSTOM_AUTH',
  'REFRESH_TOKEN_AUTH',
  'USER_AUTH',
  'USER_PASSWORD_AUTH',
  'USER_SRP_AUTH',
] as const;

export type AuthFlow = (typeof AUTH_FLOWS)[number];

/** Values without the prefix `ALLOW_`; with them, the flows that have no legacy value are allowed, too. */
const LEGACY_FLOWS = ['ADMIN_NO_SRP_AUTH', 'CUSTOM_AUTH_FLOW_ONLY', 'USER_PASSWORD_AUTH'] as const;

const unit = z.enum(['seconds', 'minutes', 'hours', 'days']);

const ClientProperties = z.strictObject({
  AccessTokenValidity: cfnInteger.optional(),
  AllowedOAuthFlows: z.array(z.enum(['code', 'implicit', 'client_credentials'])).default([]),
  AllowedOAuthFlowsUserPoolClient: cfnBoolean.default(false),
  AllowedOAuthScopes: z.array(z.string()).default([]),
  AuthSessionValidity: cfnInteger.pipe(z.number().min(3).max(15)).default(3),
  CallbackURLs: z.array(z.string()).default([]),
  ClientName: z.string().optional(),
  DefaultRedirectURI: z.string().optional(),
  EnableTokenRevocation: cfnBoolean.default(true),
  ExplicitAuthFlows: z
    .array(z.enum([...LEGACY_FLOWS, ...AUTH_FLOWS.map((flow) => `ALLOW_${flow}` as const)]))
    .default([]),
  GenerateSecret: cfnBoolean.default(false),
  IdTokenValidity: cfnInteger.optional(),
  LogoutURLs: z.array(z.string()).default([]),
  PreventUserExistenceErrors: z.enum(['ENABLED', 'LEGACY']).default('LEGACY'),
  ReadAttributes: z.array(z.string()).optional(),
  RefreshTokenRotation: z
    .strictObject({
      Feature: z.enum(['ENABLED', 'DISABLED']),
      RetryGracePeriodSeconds: cfnInteger.pipe(z.number().min(0).max(60)).default(0),
    })
    .optional(),
  RefreshTokenValidity: cfnInteger.optional(),
  SupportedIdentityProviders: z.array(z.string()).default([]),
  TokenValidityUnits: z
    .strictObject({ AccessToken: unit.optional(), IdToken: unit.optional(), RefreshToken: unit.optional() })
    .default({}),
  UserPoolId: z.string(),
  WriteAttributes: z.array(z.string()).optional(),
  ...withoutEffect('EnablePropagateAdditionalUserContextData'),
});
type ClientProperties = z.output<typeof ClientProperties>;

export const STANDARD_SCOPES = ['openid', 'email', 'phone', 'profile', 'aws.cognito.signin.user.admin'];

/**
 * Reads an app client. `hasStyle`: it has managed login branding, or the domain is a classic hosted UI (row CG-LG-06).
 * @throws UnsupportedPropertyError InvalidPropertyError
 */
export function readUserPoolClient(
  resource: Resource,
  context: { readonly customScopes: readonly string[]; readonly hasStyle: boolean },
): UserPoolClient {
  const properties = resource.read(ClientProperties);
  const unsupported = unsupportedFaults(resource.logicalId, properties);
  if (unsupported.length > 0) {
    throw new UnsupportedPropertyError(resource.logicalId, resource.type, unsupported);
  }
  const lifetimes = readLifetimes(properties);
  const invalid = [...invalidFaults(properties, context.customScopes), ...lifetimes.faults];
  if (invalid.length > 0) throw new InvalidPropertyError(resource.logicalId, resource.type, invalid);
  const rotation = properties.RefreshTokenRotation;
  const flows = properties.AllowedOAuthFlowsUserPoolClient ? properties.AllowedOAuthFlows : [];
  return {
    id: resource.ref,
    logicalId: resource.logicalId,
    name: properties.ClientName,
    callbackUrls: properties.CallbackURLs,
    logoutUrls: properties.LogoutURLs,
    secret: properties.GenerateSecret ? String(resource.attribute('ClientSecret')) : undefined,
    codeFlow: flows.includes('code'),
    implicitFlow: flows.includes('implicit'),
    clientCredentialsFlow: flows.includes('client_credentials'),
    loginPage: properties.SupportedIdentityProviders.includes('COGNITO') && context.hasStyle,
    scopes: properties.AllowedOAuthScopes,
    readAttributes: properties.ReadAttributes,
    writeAttributes: properties.WriteAttributes,
    authFlows: readAuthFlows(properties),
    accessTokenSeconds: lifetimes.access,
    idTokenSeconds: lifetimes.id,
    refreshTokenSeconds: lifetimes.refresh,
    authSessionSeconds: properties.AuthSessionValidity * SECONDS.minutes,
    rotationGraceSeconds: rotation?.Feature === 'ENABLED' ? rotation.RetryGracePeriodSeconds : undefined,
    tokenRevocation: properties.EnableTokenRevocation,
    hidesUnknownUsers: properties.PreventUserExistenceErrors === 'ENABLED',
  };
}

function readAuthFlows({ ExplicitAuthFlows: values, RefreshTokenRotation }: ClientProperties): AuthFlow[] {
  const allowed = AUTH_FLOWS.filter((flow) => values.includes(`ALLOW_${flow}`));
  if (allowed.length > 0) return allowed;
  return [
    ...(values.includes('ADMIN_NO_SRP_AUTH') ? (['ADMIN_USER_PASSWORD_AUTH'] as const) : []),
    'CUSTOM_AUTH',
    // Rotation excludes this flow (row CG-TK-11).
    ...(RefreshTokenRotation?.Feature === 'ENABLED' ? [] : (['REFRESH_TOKEN_AUTH'] as const)),
    ...(values.includes('USER_PASSWORD_AUTH') ? (['USER_PASSWORD_AUTH'] as const) : []),
    ...(values.includes('CUSTOM_AUTH_FLOW_ONLY') ? [] : (['USER_SRP_AUTH'] as const)),
  ];
}

interface Fault {
  readonly property: string;
  readonly detail: string;
  readonly flag?: string;
}

function unsupportedFaults(logicalId: string, properties: ClientProperties): Fault[] {
  const faults: Fault[] = [];
  properties.SupportedIdentityProviders.forEach((provider, index) => {
    if (provider === 'COGNITO') return;
    const flag = `--without ${logicalId}`;
    const detail = `the local cloud does not support the identity provider '${provider}'. Run without it: ${flag}`;
    faults.push({ property: `SupportedIdentityProviders[${index}]`, detail, flag });
  });
  for (const property of ['CallbackURLs', 'LogoutURLs'] as const) {
    properties[property].forEach((url, index) => {
      if (/^https?:/i.test(url) || redirectUrlFault(url) !== undefined) return;
      const detail = `'${url}' has a custom scheme, which the local cloud does not support.`;
      faults.push({ property: `${property}[${index}]`, detail });
    });
  }
  return faults;
}

function invalidFaults(properties: ClientProperties, customScopes: readonly string[]): Fault[] {
  const faults: Fault[] = [];
  for (const property of ['CallbackURLs', 'LogoutURLs'] as const) {
    properties[property].forEach((url, index) => {
      const fault = redirectUrlFault(url);
      if (fault) faults.push({ property: `${property}[${index}]`, detail: `'${url}' ${fault}.` });
    });
  }
  const { DefaultRedirectURI: fallback } = properties;
  if (fallback !== undefined && !properties.CallbackURLs.includes(fallback)) {
    faults.push({ property: 'DefaultRedirectURI', detail: `'${fallback}' is not one of the CallbackURLs.` });
  }
  properties.AllowedOAuthScopes.forEach((scope, index) => {
    if (STANDARD_SCOPES.includes(scope) || customScopes.includes(scope)) return;
    const known = customScopes.join(', ') || 'none';
    const detail = `no resource server of the user pool has the scope '${scope}'. Their scopes: ${known}.`;
    faults.push({ property: `AllowedOAuthScopes[${index}]`, detail });
  });
  const { AllowedOAuthFlows: flows } = properties;
  if (flows.length > 0) {
    const redirects = flows.some((flow) => flow !== 'client_credentials');
    const needed = redirects ? (['AllowedOAuthScopes', 'CallbackURLs'] as const) : [];
    for (const property of needed.filter((name) => properties[name].length === 0)) {
      faults.push({ property, detail: 'is empty, but a flow in AllowedOAuthFlows requires it.' });
    }
  }
  if (flows.includes('client_credentials') && flows.length > 1) {
    const detail = 'client_credentials cannot be allowed together with another flow.';
    faults.push({ property: 'AllowedOAuthFlows', detail });
  }
  if (flows.includes('client_credentials') && !properties.GenerateSecret) {
    const detail = 'the flow client_credentials requires a client with a secret: set GenerateSecret to true.';
    faults.push({ property: 'GenerateSecret', detail });
  }
  const rotates = properties.RefreshTokenRotation?.Feature === 'ENABLED';
  if (rotates && properties.ExplicitAuthFlows.includes('ALLOW_REFRESH_TOKEN_AUTH')) {
    const detail =
      'ALLOW_REFRESH_TOKEN_AUTH cannot be allowed while RefreshTokenRotation is enabled (row CG-TK-11).';
    faults.push({ property: 'ExplicitAuthFlows', detail });
  }
  return faults;
}

function readLifetimes(properties: ClientProperties) {
  const faults: Fault[] = [];
  const read = (
    token: 'AccessToken' | 'IdToken' | 'RefreshToken',
    fallback: number,
    defaultUnit: keyof typeof SECONDS,
    [from, to]: readonly [number, number],
  ): number => {
    const validity = properties[`${token}Validity`];
    if (validity === undefined) return fallback;
    const seconds = validity * SECONDS[properties.TokenValidityUnits[token] ?? defaultUnit];
    if (seconds < from || seconds > to) {
      const detail = `is ${seconds} seconds. AWS accepts ${from} to ${to} (row CG-JT-02).`;
      faults.push({ property: `${token}Validity`, detail });
    }
    return seconds;
  };
  return {
    access: read('AccessToken', SECONDS.hours, 'hours', [300, DAY]),
    id: read('IdToken', SECONDS.hours, 'hours', [300, DAY]),
    // Zero means the default, as on AWS.
    refresh:
      properties.RefreshTokenValidity === 0
        ? 30 * DAY
        : read('RefreshToken', 30 * DAY, 'days', [SECONDS.hours, 10 * 365 * DAY]),
    faults,
  };
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Returns why Cognito rejects the URL as a callback or sign-out URL (row CG-AD-06), `undefined` if it accepts it. */
function redirectUrlFault(url: string): string | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed) return 'is not an absolute URL';
  if (url.includes('#')) return 'has a fragment';
  if (parsed.protocol === 'http:' && !LOOPBACK.has(parsed.hostname)) {
    return 'is http, which Cognito accepts for localhost only: use https';
  }
  return undefined;
}
