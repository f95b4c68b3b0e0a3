import type { Code } from '../signed-in-user';
import type { Expectation, Facts } from './expectation';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
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
  {
    rows: ['CG-OD-01', 'CG-OD-02', 'CG-OD-03', 'CG-JW-02'],
    name: 'the discovery document has exactly these keys, for every origin',
    endpoint: 'issuer',
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
  {
    rows: ['CG-JW-01', 'CG-JW-02'],
    name: 'the key set has two keys, for every origin',
    endpoint: 'issuer',
    target: '/.well-known/jwks.json',
    status: 200,
    responseHeaders: ANYWHERE,
    responseBody:
      /^\{"keys":\[(?:\{(?=[^}]*"alg":"RS256")(?=[^}]*"kty":"RSA")(?=[^}]*"use":"sig")[^}]*\},?){2}\]\}$/,
  },
  {
    rows: ['CG-AZ-01'],
    name: 'a request without a session is redirected to the login page with the same parameters',
    endpoint: 'login',
    target: (facts) => authorize(facts),
    status: 302,
    responseHeaders: ({ config }) => ({
      location: new RegExp(`/login\\?(?=.*client_id=${config.clientId})(?=.*code_challenge=${CHALLENGE})`),
    }),
  },
  {
    rows: ['CG-AZ-04'],
    name: 'an unregistered redirect_uri is never redirected to',
    endpoint: 'login',
    target: (facts) => authorize(facts, { redirect_uri: 'https://attacker.example/callback' }),
    status: 302,
    responseHeaders: { location: /\/error\?(?=.*error=redirect_mismatch)/ },
  },
  {
    rows: ['CG-AZ-04'],
    name: 'a redirect_uri must match exactly',
    endpoint: 'login',
    target: (facts) => authorize(facts, { redirect_uri: `${facts.callbackUrl}/` }),
    status: 302,
    responseHeaders: { location: /\/error\?(?=.*error=redirect_mismatch)/ },
  },
  {
    rows: ['CG-AZ-06', 'CG-AZ-11'],
    name: 'an unknown response_type is rejected with the state unchanged',
    endpoint: 'login',
    target: (facts) => authorize(facts, { response_type: 'magic' }),
    status: 302,
    responseHeaders: backWith('invalid_request'),
  },
  {
    rows: ['CG-AZ-06'],
    name: 'a code challenge with another method than S256 is rejected',
    endpoint: 'login',
    target: (facts) => authorize(facts, { code_challenge_method: 'plain' }),
    status: 302,
    responseHeaders: backWith('invalid_request'),
  },
  {
    rows: ['CG-AZ-13'],
    name: 'prompt=none without a session is rejected with login_required',
    endpoint: 'login',
    target: (facts) => authorize(facts, { prompt: 'none' }),
    status: 302,
    responseHeaders: backWith('login_required'),
  },
  {
    rows: ['CG-TK-02', 'CG-TK-09'],
    name: 'an unknown code is rejected',
    endpoint: 'login',
    method: 'POST',
    target: '/oauth2/token',
    headers: FORM,
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
  {
    rows: ['CG-TK-06'],
    name: 'an unknown grant type is rejected',
    endpoint: 'login',
    method: 'POST',
    target: '/oauth2/token',
    headers: FORM,
    body: ({ config }) => form({ grant_type: 'password', client_id: config.clientId }),
    status: 400,
    responseBody: '{"error":"unsupported_grant_type"}',
  },
  {
    rows: ['CG-TK-10'],
    name: 'an unknown refresh token is rejected',
    endpoint: 'login',
    method: 'POST',
    target: '/oauth2/token',
    headers: FORM,
    body: ({ config }) =>
      form({ grant_type: 'refresh_token', client_id: config.clientId, refresh_token: 'none' }),
    status: 400,
    responseBody: '{"error":"invalid_grant"}',
  },
  {
    rows: ['CG-TK-13'],
    name: 'the token endpoint accepts CORS preflights',
    endpoint: 'login',
    method: 'OPTIONS',
    target: '/oauth2/token',
    headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' },
    status: [200, 204],
    responseHeaders: ANYWHERE,
  },
  {
    rows: ['CG-RV-02'],
    name: 'an access token cannot be revoked',
    endpoint: 'login',
    method: 'POST',
    target: '/oauth2/revoke',
    headers: FORM,
    body: ({ config, tokens }) => form({ token: tokens.access, client_id: config.clientId }),
    status: 400,
    responseBody: '{"error":"unsupported_token_type"}',
  },
  {
    rows: ['CG-JT-05'],
    name: 'userInfo returns the user’s attributes, with email_verified as text',
    endpoint: 'login',
    target: '/oauth2/userInfo',
    headers: ({ tokens }) => ({ authorization: `Bearer ${tokens.access}` }),
    status: 200,
    responseHeaders: ANYWHERE,
    responseBody: /(?=.*"sub":"[0-9a-f-]{36}")(?=.*"username":")(?=.*"email_verified":"(?:true|false)")/,
  },
  {
    rows: ['CG-JT-05'],
    name: 'userInfo rejects a malformed token',
    endpoint: 'login',
    target: '/oauth2/userInfo',
    headers: { authorization: 'Bearer not.a.token' },
    status: 401,
    responseHeaders: { 'www-authenticate': /error="invalid_token"/ },
  },
  {
    rows: ['CG-LO-01'],
    name: 'logout redirects to a registered URL',
    endpoint: 'login',
    target: ({ config, siteUrl }) =>
      `/logout?${form({ client_id: config.clientId, logout_uri: `${siteUrl}/` })}`,
    status: 302,
    responseHeaders: ({ siteUrl }) => ({ location: `${siteUrl}/` }),
  },
  {
    rows: ['CG-LO-02'],
    name: 'logout with redirect_uri redirects to the login page',
    endpoint: 'login',
    target: (facts) => authorize(facts).replace('/oauth2/authorize', '/logout'),
    status: 302,
    responseHeaders: { location: /\/login\?/ },
  },
  {
    rows: ['CG-LO-03', 'CG-LO-04'],
    name: 'logout never redirects to an unregistered URL',
    endpoint: 'login',
    target: ({ config }) =>
      `/logout?${form({ client_id: config.clientId, logout_uri: 'https://attacker.example/' })}`,
    status: [302, 400],
    responseHeaders: { location: /^(?!https:\/\/attacker\.example)|^$/ },
  },
  {
    rows: ['CG-AZ-02', 'CG-AZ-03', 'CG-AZ-11'],
    name: 'a request with a session is redirected back with a code and the state unchanged',
    endpoint: 'login',
    target: (facts) => authorize(facts),
    headers: ({ session }) => ({ cookie: session }),
    status: 302,
    responseHeaders: ({ callbackUrl }) => ({
      location: new RegExp(
        `^${escaped(callbackUrl)}\\?(?=.*\\bcode=[0-9a-f-]{36}\\b)(?=.*\\bstate=c3RhdGU_-(?:~|%7E)\\.)(?!.*\\biss=)`,
      ),
    }),
  },
  {
    rows: ['CG-AZ-10'],
    name: 'a public client may omit PKCE',
    endpoint: 'login',
    target: (facts) => authorize(facts, { code_challenge: undefined, code_challenge_method: undefined }),
    status: 302,
    responseHeaders: { location: /\/login\?/ },
  },
  {
    rows: ['CG-AZ-06'],
    name: 'a code challenge without a method is rejected',
    endpoint: 'login',
    target: (facts) => authorize(facts, { code_challenge_method: undefined }),
    status: 302,
    responseHeaders: backWith('invalid_request'),
  },
  {
    rows: ['CG-AZ-06'],
    name: 'a missing response_type is rejected',
    endpoint: 'login',
    target: (facts) => authorize(facts, { response_type: undefined }),
    status: 302,
    responseHeaders: backWith('invalid_request'),
  },
  {
    rows: ['CG-AZ-09'],
    name: 'a missing scope requests all scopes of the client',
    endpoint: 'login',
    target: (facts) => authorize(facts, { scope: undefined }),
    status: 302,
    responseHeaders: { location: /\/login\?/ },
  },
  {
    rows: ['CG-AZ-15'],
    name: 'POST to the authorize endpoint is rejected',
    endpoint: 'login',
    method: 'POST',
    target: '/oauth2/authorize',
    headers: FORM,
    body: (facts) => authorize(facts).replace('/oauth2/authorize?', ''),
    status: [400, 403, 404, 405],
  },
  {
    rows: ['CG-AZ-04'],
    name: 'the error page responds with an error status',
    endpoint: 'login',
    target: ({ config }) => `/error?${form({ error: 'redirect_mismatch', client_id: config.clientId })}`,
    status: 400,
    responseHeaders: { 'content-type': /^text\/html/ },
  },
  ...['/login', '/forgotPassword'].map((path): Expectation => ({
    rows: ['CG-LG-05'],
    name: `${path} is a page`,
    endpoint: 'login',
    target: (facts) => authorize(facts).replace('/oauth2/authorize', path),
    status: 200,
    responseHeaders: { 'content-type': /^text\/html/ },
  })),
  {
    rows: ['CG-OD-05'],
    name: 'the login domain has no discovery document',
    endpoint: 'login',
    target: '/.well-known/openid-configuration',
    status: [400, 403, 404],
  },
  {
    rows: ['CG-TK-01'],
    name: 'a code is redeemed for three tokens, for every origin',
    endpoint: 'login',
    method: 'POST',
    target: '/oauth2/token',
    headers: FORM,
    body: (facts) => redeem(facts, facts.codes.good),
    status: 200,
    responseHeaders: { 'content-type': 'application/json;charset=UTF-8', ...ANYWHERE },
    responseBody:
      /^\{(?=.*"id_token":"ey)(?=.*"access_token":"ey)(?=.*"refresh_token":")(?=.*"expires_in":3600\b)(?=.*"token_type":"Bearer")(?!.*"scope":)/,
  },
  {
    rows: ['CG-TK-03'],
    name: 'a code with another verifier is rejected',
    endpoint: 'login',
    method: 'POST',
    target: '/oauth2/token',
    headers: FORM,
    body: (facts) => redeem(facts, facts.codes.wrongVerifier, { code_verifier: 'b'.repeat(43) }),
    status: 400,
    responseBody: /"error":"/,
  },
  {
    rows: ['CG-TK-02'],
    name: 'a code with another redirect_uri is rejected',
    endpoint: 'login',
    method: 'POST',
    target: '/oauth2/token',
    headers: FORM,
    body: (facts) => redeem(facts, facts.codes.elsewhere, { redirect_uri: `${facts.siteUrl}/` }),
    status: 400,
    responseBody: '{"error":"invalid_grant"}',
  },
  {
    rows: ['CG-TK-04'],
    name: 'an unknown client is rejected',
    endpoint: 'login',
    method: 'POST',
    target: '/oauth2/token',
    headers: FORM,
    body: ({ tokens }) =>
      form({ grant_type: 'refresh_token', client_id: 'unknown', refresh_token: tokens.refresh }),
    status: [400, 401],
    responseBody: /"error":"invalid_client"/,
  },
  {
    rows: ['CG-TK-07'],
    name: 'a form without a grant_type is rejected',
    endpoint: 'login',
    method: 'POST',
    target: '/oauth2/token',
    headers: FORM,
    body: ({ config }) => form({ client_id: config.clientId }),
    status: 400,
    responseBody: /"error":"invalid_request"/,
  },
  {
    rows: ['CG-TK-07'],
    name: 'a JSON body is rejected',
    endpoint: 'login',
    method: 'POST',
    target: '/oauth2/token',
    headers: { 'content-type': 'application/json' },
    body: ({ config, tokens }) =>
      JSON.stringify({
        grant_type: 'refresh_token',
        client_id: config.clientId,
        refresh_token: tokens.refresh,
      }),
    status: 400,
    responseBody: /"error":"invalid_request"/,
  },
  {
    rows: ['CG-TK-08'],
    name: 'GET on the token endpoint is rejected',
    endpoint: 'login',
    target: (facts) => `/oauth2/token?${redeem(facts, { code: 'none', verifier: 'a'.repeat(43) })}`,
    status: [400, 405],
  },
  {
    rows: ['CG-TK-10', 'CG-TK-11'],
    name: 'a refresh token is exchanged for new tokens and a new refresh token',
    endpoint: 'login',
    method: 'POST',
    target: '/oauth2/token',
    headers: FORM,
    body: ({ config, tokens }) =>
      form({ grant_type: 'refresh_token', client_id: config.clientId, refresh_token: tokens.refresh }),
    status: 200,
    responseHeaders: ANYWHERE,
    responseBody: /^\{(?=.*"id_token":"ey)(?=.*"access_token":"ey)(?=.*"refresh_token":")/,
  },
  {
    rows: ['CG-RV-01'],
    name: 'a refresh token is revoked with an empty response',
    endpoint: 'login',
    method: 'POST',
    target: '/oauth2/revoke',
    headers: FORM,
    body: ({ config, spareRefreshToken }) => form({ token: spareRefreshToken, client_id: config.clientId }),
    status: 200,
    responseHeaders: ANYWHERE,
    responseBody: '',
  },
  {
    rows: ['CG-RV-03'],
    name: 'a revocation without a token is rejected',
    endpoint: 'login',
    method: 'POST',
    target: '/oauth2/revoke',
    headers: FORM,
    body: ({ config }) => form({ client_id: config.clientId }),
    status: 400,
    responseBody: /"error":"invalid_request"/,
  },
  {
    rows: ['CG-LO-03'],
    name: 'logout with OpenID Connect parameters is rejected',
    endpoint: 'login',
    target: ({ siteUrl, tokens }) =>
      `/logout?${form({ id_token_hint: tokens.id, post_logout_redirect_uri: `${siteUrl}/` })}`,
    status: [302, 400],
    responseHeaders: { location: /\/error\?|^$/ },
  },
  {
    rows: ['CG-LO-03'],
    name: 'logout without a target is rejected',
    endpoint: 'login',
    target: ({ config }) => `/logout?${form({ client_id: config.clientId })}`,
    status: [302, 400],
    responseHeaders: { location: /\/error\?|^$/ },
  },
];
