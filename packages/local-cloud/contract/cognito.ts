import { at, type Code, each, type Expectation, type Facts } from './expectation';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const TOKEN_REQUEST = { method: 'POST', target: '/oauth2/token', headers: FORM };
const REVOCATION = { method: 'POST', target: '/oauth2/revoke', headers: FORM };
const ANYWHERE = { 'access-control-allow-origin': '*' };
const STATE = 'c3RhdGU_-~.';
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

const form = (fields: Readonly<Record<string, string>>): string => new URLSearchParams(fields).toString();

/** Builds a valid authorization request with changes; `undefined` omits a parameter. */
function authorize(
  { config, callbackUrl }: Facts,
  change: Readonly<Record<string, string | undefined>> = {},
): string {
  const parameters = {
    client_id: config.clientId,
    redirect_uri: callbackUrl,
    response_type: 'code',
    scope: config.scopes.join(' '),
    state: STATE,
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...change,
  };
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined) as [string, string][];
  return `/oauth2/authorize?${new URLSearchParams(given).toString()}`;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** Builds the form that redeems a code, with changes. */
const redeem = (
  { config, callbackUrl }: Facts,
  { code, verifier }: Code,
  change: Readonly<Record<string, string>> = {},
): string =>
  form({
    grant_type: 'authorization_code',
    client_id: config.clientId,
    code,
    redirect_uri: callbackUrl,
    code_verifier: verifier,
    ...change,
  });

/** Builds the redirect to the client with an error and the state. */
const backWith =
  (error: string) =>
  ({ callbackUrl }: Facts): Record<string, RegExp> => ({
    location: new RegExp(
      `^${escaped(callbackUrl)}\\?(?=.*\\berror=${error}\\b)(?=.*\\bstate=c3RhdGU_-(?:~|%7E)\\.)`,
    ),
  });

/** Responses of the user pool and its login pages. */
export const COGNITO: readonly Expectation[] = [
  ...at('issuer', {
    'the discovery document has exactly these keys, for every origin (CG-OD-01, CG-OD-02, CG-OD-03, CG-JW-02)':
      {
        target: '/.well-known/openid-configuration',
        status: 200,
        responseHeaders: { 'content-type': /^application\/json/, ...ANYWHERE },
        responseBody: ({ config: { issuer, cognitoDomain } }) => ({
          json: {
            authorization_endpoint: `${cognitoDomain}/oauth2/authorize`,
            end_session_endpoint: `${cognitoDomain}/logout`,
            id_token_signing_alg_values_supported: ['RS256'],
            issuer,
            jwks_uri: `${issuer}/.well-known/jwks.json`,
            response_types_supported: ['code', 'token'],
            revocation_endpoint: `${cognitoDomain}/oauth2/revoke`,
            scopes_supported: ['openid', 'email', 'phone', 'profile'],
            subject_types_supported: ['public'],
            token_endpoint: `${cognitoDomain}/oauth2/token`,
            token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
            userinfo_endpoint: `${cognitoDomain}/oauth2/userInfo`,
          },
        }),
      },
    'the key set has two keys, for every origin (CG-JW-01, CG-JW-02)': {
      target: '/.well-known/jwks.json',
      status: 200,
      responseHeaders: ANYWHERE,
      responseBody:
        /^\{"keys":\[(?:\{(?=[^}]*"alg":"RS256")(?=[^}]*"kty":"RSA")(?=[^}]*"use":"sig")[^}]*\},?){2}\]\}$/,
    },
  }),
  ...at('login', {
    'a request without a session is redirected to the login page with the same parameters (CG-AZ-01)': {
      target: (facts) => authorize(facts),
      status: 302,
      responseHeaders: ({ config }) => ({
        location: new RegExp(`/login\\?(?=.*client_id=${config.clientId})(?=.*code_challenge=${CHALLENGE})`),
      }),
    },
    'an unregistered redirect_uri is never redirected to (CG-AZ-04)': {
      target: (facts) => authorize(facts, { redirect_uri: 'https://attacker.example/callback' }),
      status: 302,
      responseHeaders: { location: /\/error\?(?=.*error=redirect_mismatch)/ },
    },
    'a redirect_uri must match exactly (CG-AZ-04)': {
      target: (facts) => authorize(facts, { redirect_uri: `${facts.callbackUrl}/` }),
      status: 302,
      responseHeaders: { location: /\/error\?(?=.*error=redirect_mismatch)/ },
    },
    'an unknown response_type is rejected with the state unchanged (CG-AZ-06, CG-AZ-11)': {
      target: (facts) => authorize(facts, { response_type: 'magic' }),
      status: 302,
      responseHeaders: backWith('invalid_request'),
    },
    'a code challenge with another method than S256 is rejected (CG-AZ-06)': {
      target: (facts) => authorize(facts, { code_challenge_method: 'plain' }),
      status: 302,
      responseHeaders: backWith('invalid_request'),
    },
    'prompt=none without a session is rejected with login_required (CG-AZ-13)': {
      target: (facts) => authorize(facts, { prompt: 'none' }),
      status: 302,
      responseHeaders: backWith('login_required'),
    },
    'an unknown code is rejected (CG-TK-02, CG-TK-09)': {
      ...TOKEN_REQUEST,
      body: ({ config, callbackUrl }) =>
        form({
          grant_type: 'authorization_code',
          client_id: config.clientId,
          code: '6e3b8bd4-6a9f-4d8e-9f0e-0d6a9d2f7a11',
          redirect_uri: callbackUrl,
          code_verifier: 'a'.repeat(43),
        }),
      status: 400,
      responseHeaders: { 'content-type': /^application\/json/ },
      responseBody: '{"error":"invalid_grant"}',
    },
    'an unknown grant type is rejected (CG-TK-06)': {
      ...TOKEN_REQUEST,
      body: ({ config }) => form({ grant_type: 'password', client_id: config.clientId }),
      status: 400,
      responseBody: '{"error":"unsupported_grant_type"}',
    },
    'an unknown refresh token is rejected (CG-TK-10)': {
      ...TOKEN_REQUEST,
      body: ({ config }) =>
        form({ grant_type: 'refresh_token', client_id: config.clientId, refresh_token: 'none' }),
      status: 400,
      responseBody: '{"error":"invalid_grant"}',
    },
    'the token endpoint accepts CORS preflights (CG-TK-13)': {
      method: 'OPTIONS',
      target: '/oauth2/token',
      headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' },
      status: [200, 204],
      responseHeaders: {
        'access-control-allow-origin': 'https://app.example',
        'access-control-allow-credentials': 'true',
      },
    },
    'an access token cannot be revoked (CG-RV-02)': {
      ...REVOCATION,
      body: ({ config, tokens }) => form({ token: tokens.access_token, client_id: config.clientId }),
      status: 400,
      responseBody: '{"error":"unsupported_token_type"}',
    },
    'userInfo returns the user’s attributes, with email_verified as text (CG-JT-05)': {
      target: '/oauth2/userInfo',
      headers: ({ tokens }) => ({ authorization: `Bearer ${tokens.access_token}` }),
      status: 200,
      responseHeaders: ANYWHERE,
      responseBody: /(?=.*"sub":"[0-9a-f-]{36}")(?=.*"username":")(?=.*"email_verified":"(?:true|false)")/,
    },
    'userInfo rejects a malformed token (CG-JT-05)': {
      target: '/oauth2/userInfo',
      headers: { authorization: 'Bearer not.a.token' },
      status: 401,
      responseHeaders: { 'www-authenticate': /error="invalid_token"/ },
    },
    'logout redirects to a registered URL (CG-LO-01)': {
      target: ({ config, deployment: { siteUrl } }) =>
        `/logout?${form({ client_id: config.clientId, logout_uri: `${siteUrl}/` })}`,
      status: 302,
      responseHeaders: ({ deployment: { siteUrl } }) => ({ location: `${siteUrl}/` }),
    },
    'logout with redirect_uri redirects to the login page (CG-LO-02)': {
      target: (facts) => authorize(facts).replace('/oauth2/authorize', '/logout'),
      status: 302,
      responseHeaders: { location: /\/login\?/ },
    },
    'logout never redirects to an unregistered URL (CG-LO-03, CG-LO-04)': {
      target: ({ config }) =>
        `/logout?${form({ client_id: config.clientId, logout_uri: 'https://attacker.example/' })}`,
      status: [302, 400],
      responseHeaders: { location: /^(?!https:\/\/attacker\.example)|^$/ },
    },
    'a request with a session is redirected back with a code and the state unchanged (CG-AZ-02, CG-AZ-03, CG-AZ-11)':
      {
        target: (facts) => authorize(facts),
        headers: ({ session }) => ({ cookie: session }),
        status: 302,
        responseHeaders: ({ callbackUrl }) => ({
          location: new RegExp(
            `^${escaped(callbackUrl)}\\?(?=.*\\bcode=[0-9a-f-]{36}\\b)(?=.*\\bstate=c3RhdGU_-(?:~|%7E)\\.)(?!.*\\biss=)`,
          ),
        }),
      },
    'a public client may omit PKCE (CG-AZ-10)': {
      target: (facts) => authorize(facts, { code_challenge: undefined, code_challenge_method: undefined }),
      status: 302,
      responseHeaders: { location: /\/login\?/ },
    },
    'a code challenge without a method is rejected (CG-AZ-06)': {
      target: (facts) => authorize(facts, { code_challenge_method: undefined }),
      status: 302,
      responseHeaders: backWith('invalid_request'),
    },
    'a missing response_type is rejected (CG-AZ-06)': {
      target: (facts) => authorize(facts, { response_type: undefined }),
      status: 302,
      responseHeaders: backWith('invalid_request'),
    },
    'a missing scope requests all scopes of the client (CG-AZ-09)': {
      target: (facts) => authorize(facts, { scope: undefined }),
      status: 302,
      responseHeaders: { location: /\/login\?/ },
    },
    'POST to the authorize endpoint is rejected (CG-AZ-15)': {
      method: 'POST',
      target: '/oauth2/authorize',
      headers: FORM,
      body: (facts) => authorize(facts).replace('/oauth2/authorize?', ''),
      status: [400, 403, 404, 405],
    },
    'the error page responds with an error status (CG-AZ-04)': {
      target: ({ config }) => `/error?${form({ error: 'redirect_mismatch', client_id: config.clientId })}`,
      status: 400,
      responseHeaders: { 'content-type': /^text\/html/ },
    },
    ...each(['/login', '/forgotPassword'], (path) => ({
      [`${path} is a page (CG-LG-05)`]: {
        target: (facts) => authorize(facts).replace('/oauth2/authorize', path),
        status: 200,
        responseHeaders: { 'content-type': /^text\/html/ },
      },
    })),
    'the login domain has no discovery document (CG-OD-05)': {
      target: '/.well-known/openid-configuration',
      status: [400, 403, 404],
    },
    'a code is redeemed for three tokens, for every origin (CG-TK-01)': {
      ...TOKEN_REQUEST,
      body: (facts) => redeem(facts, facts.codes.good),
      status: 200,
      responseHeaders: { 'content-type': 'application/json;charset=UTF-8', ...ANYWHERE },
      responseBody:
        /^\{(?=.*"id_token":"ey)(?=.*"access_token":"ey)(?=.*"refresh_token":")(?=.*"expires_in":3600\b)(?=.*"token_type":"Bearer")(?!.*"scope":)/,
    },
    'a code with another verifier is rejected (CG-TK-03)': {
      ...TOKEN_REQUEST,
      body: (facts) => redeem(facts, facts.codes.wrongVerifier, { code_verifier: 'b'.repeat(43) }),
      status: 400,
      responseBody: /"error":"/,
    },
    'a code with another redirect_uri is rejected (CG-TK-02)': {
      ...TOKEN_REQUEST,
      body: (facts) => redeem(facts, facts.codes.elsewhere, { redirect_uri: `${facts.deployment.siteUrl}/` }),
      status: 400,
      responseBody: '{"error":"invalid_grant"}',
    },
    'an unknown client is rejected (CG-TK-04)': {
      ...TOKEN_REQUEST,
      body: ({ tokens }) =>
        form({ grant_type: 'refresh_token', client_id: 'unknown', refresh_token: tokens.refresh_token }),
      status: [400, 401],
      responseBody: /"error":"invalid_client"/,
    },
    'a form without a grant_type is rejected (CG-TK-07)': {
      ...TOKEN_REQUEST,
      body: ({ config }) => form({ client_id: config.clientId }),
      status: 400,
      responseBody: /"error":"invalid_request"/,
    },
    'a JSON body is rejected (CG-TK-07)': {
      method: 'POST',
      target: '/oauth2/token',
      headers: { 'content-type': 'application/json' },
      body: ({ config, tokens }) =>
        JSON.stringify({
          grant_type: 'refresh_token',
          client_id: config.clientId,
          refresh_token: tokens.refresh_token,
        }),
      status: 400,
      responseBody: /"error":"invalid_request"/,
    },
    'GET on the token endpoint is rejected (CG-TK-08)': {
      target: (facts) => `/oauth2/token?${redeem(facts, { code: 'none', verifier: 'a'.repeat(43) })}`,
      status: [400, 405],
    },
    'a refresh token is exchanged for new tokens and a new refresh token (CG-TK-10, CG-TK-11)': {
      ...TOKEN_REQUEST,
      body: ({ config, tokens }) =>
        form({
          grant_type: 'refresh_token',
          client_id: config.clientId,
          refresh_token: tokens.refresh_token,
        }),
      status: 200,
      responseHeaders: ANYWHERE,
      responseBody: /^\{(?=.*"id_token":"ey)(?=.*"access_token":"ey)(?=.*"refresh_token":")/,
    },
    'a refresh token is revoked with an empty response (CG-RV-01)': {
      ...REVOCATION,
      body: ({ config, spareRefreshToken }) => form({ token: spareRefreshToken, client_id: config.clientId }),
      status: 200,
      responseHeaders: ANYWHERE,
      responseBody: '',
    },
    'a revocation without a token is rejected (CG-RV-03)': {
      ...REVOCATION,
      body: ({ config }) => form({ client_id: config.clientId }),
      status: 400,
      responseBody: /"error":"invalid_request"/,
    },
    'logout with OpenID Connect parameters is rejected (CG-LO-03)': {
      target: ({ deployment: { siteUrl }, tokens }) =>
        `/logout?${form({ id_token_hint: tokens.id_token, post_logout_redirect_uri: `${siteUrl}/` })}`,
      status: [302, 400],
      responseHeaders: { location: /\/error\?|^$/ },
    },
    'logout without a target is rejected (CG-LO-03)': {
      target: ({ config }) => `/logout?${form({ client_id: config.clientId })}`,
      status: [302, 400],
      responseHeaders: { location: /\/error\?|^$/ },
    },
  }),
];
