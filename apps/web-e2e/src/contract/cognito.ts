import type { Code } from '../signed-in-person';
import type { Expectation, World } from './expectation';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const ANYWHERE = { 'access-control-allow-origin': '*' };
const STATE = 'c3RhdGU_-~.';
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

const form = (fields: Readonly<Record<string, string>>): string => new URLSearchParams(fields).toString();

/** A request to authorize that is right, with what the situation changes; `undefined` leaves a parameter out. */
function authorize(
  { config, callbackUrl }: World,
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

/** The form that redeems a code, with what the situation changes. */
const redeem = (
  { config, callbackUrl }: World,
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

/** Back to the client, with an error and the state as it was. */
const backWith =
  (error: string) =>
  ({ callbackUrl }: World): Record<string, RegExp> => ({
    location: new RegExp(
      `^${escaped(callbackUrl)}\\?(?=.*\\berror=${error}\\b)(?=.*\\bstate=c3RhdGU_-(?:~|%7E)\\.)`,
    ),
  });

/** What the user pool and its login pages answer. */
export const COGNITO: readonly Expectation[] = [
  {
    rows: ['CG-OD-01', 'CG-OD-02', 'CG-OD-03', 'CG-JW-02'],
    name: 'the discovery document has these keys and no others, for every origin',
    door: 'issuer',
    target: '/.well-known/openid-configuration',
    status: 200,
    answerHeaders: { 'content-type': /^application\/json/, ...ANYWHERE },
    answer: ({ config: { issuer, cognitoDomain } }) => ({
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
    name: 'there are two signing keys, for every origin',
    door: 'issuer',
    target: '/.well-known/jwks.json',
    status: 200,
    answerHeaders: ANYWHERE,
    answer:
      /^\{"keys":\[(?:\{(?=[^}]*"alg":"RS256")(?=[^}]*"kty":"RSA")(?=[^}]*"use":"sig")[^}]*\},?){2}\]\}$/,
  },
  {
    rows: ['CG-AZ-01'],
    name: 'who has no session is led to the login page with the same parameters',
    door: 'login',
    target: (world) => authorize(world),
    status: 302,
    answerHeaders: ({ config }) => ({
      location: new RegExp(`/login\\?(?=.*client_id=${config.clientId})(?=.*code_challenge=${CHALLENGE})`),
    }),
  },
  {
    rows: ['CG-AZ-04'],
    name: 'a redirect_uri that is not registered is never redirected to',
    door: 'login',
    target: (world) => authorize(world, { redirect_uri: 'https://attacker.example/callback' }),
    status: 302,
    answerHeaders: { location: /\/error\?(?=.*error=redirect_mismatch)/ },
  },
  {
    rows: ['CG-AZ-04'],
    name: 'a redirect_uri is compared character by character',
    door: 'login',
    target: (world) => authorize(world, { redirect_uri: `${world.callbackUrl}/` }),
    status: 302,
    answerHeaders: { location: /\/error\?(?=.*error=redirect_mismatch)/ },
  },
  {
    rows: ['CG-AZ-06', 'CG-AZ-11'],
    name: 'another response_type is invalid, and the state comes back as it was',
    door: 'login',
    target: (world) => authorize(world, { response_type: 'magic' }),
    status: 302,
    answerHeaders: backWith('invalid_request'),
  },
  {
    rows: ['CG-AZ-06'],
    name: 'a challenge needs its method to be S256',
    door: 'login',
    target: (world) => authorize(world, { code_challenge_method: 'plain' }),
    status: 302,
    answerHeaders: backWith('invalid_request'),
  },
  {
    rows: ['CG-AZ-13'],
    name: 'prompt=none without a session needs a login',
    door: 'login',
    target: (world) => authorize(world, { prompt: 'none' }),
    status: 302,
    answerHeaders: backWith('login_required'),
  },
  {
    rows: ['CG-TK-02', 'CG-TK-09'],
    name: 'a code that was never given out is no grant',
    door: 'login',
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
    answerHeaders: { 'content-type': /^application\/json/ },
    answer: '{"error":"invalid_grant"}',
  },
  {
    rows: ['CG-TK-06'],
    name: 'another grant type is not supported',
    door: 'login',
    method: 'POST',
    target: '/oauth2/token',
    headers: FORM,
    body: ({ config }) => form({ grant_type: 'password', client_id: config.clientId }),
    status: 400,
    answer: '{"error":"unsupported_grant_type"}',
  },
  {
    rows: ['CG-TK-10'],
    name: 'a refresh token that was never given out is no grant',
    door: 'login',
    method: 'POST',
    target: '/oauth2/token',
    headers: FORM,
    body: ({ config }) =>
      form({ grant_type: 'refresh_token', client_id: config.clientId, refresh_token: 'none' }),
    status: 400,
    answer: '{"error":"invalid_grant"}',
  },
  {
    rows: ['CG-TK-13'],
    name: 'the token endpoint answers preflights',
    door: 'login',
    method: 'OPTIONS',
    target: '/oauth2/token',
    headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' },
    status: [200, 204],
    answerHeaders: ANYWHERE,
  },
  {
    rows: ['CG-RV-02'],
    name: 'an access token cannot be revoked',
    door: 'login',
    method: 'POST',
    target: '/oauth2/revoke',
    headers: FORM,
    body: ({ config, tokens }) => form({ token: tokens.access, client_id: config.clientId }),
    status: 400,
    answer: '{"error":"unsupported_token_type"}',
  },
  {
    rows: ['CG-JT-05'],
    name: 'userInfo tells who holds the access token, with email_verified as text',
    door: 'login',
    target: '/oauth2/userInfo',
    headers: ({ tokens }) => ({ authorization: `Bearer ${tokens.access}` }),
    status: 200,
    answerHeaders: ANYWHERE,
    answer: /(?=.*"sub":"[0-9a-f-]{36}")(?=.*"username":")(?=.*"email_verified":"(?:true|false)")/,
  },
  {
    rows: ['CG-JT-05'],
    name: 'userInfo refuses a token that is none',
    door: 'login',
    target: '/oauth2/userInfo',
    headers: { authorization: 'Bearer not.a.token' },
    status: 401,
    answerHeaders: { 'www-authenticate': /error="invalid_token"/ },
  },
  {
    rows: ['CG-LO-01'],
    name: 'logout returns to a registered address',
    door: 'login',
    target: ({ config, siteUrl }) =>
      `/logout?${form({ client_id: config.clientId, logout_uri: `${siteUrl}/` })}`,
    status: 302,
    answerHeaders: ({ siteUrl }) => ({ location: `${siteUrl}/` }),
  },
  {
    rows: ['CG-LO-02'],
    name: 'logout with redirect_uri leads to the login page',
    door: 'login',
    target: (world) => authorize(world).replace('/oauth2/authorize', '/logout'),
    status: 302,
    answerHeaders: { location: /\/login\?/ },
  },
  {
    rows: ['CG-LO-03', 'CG-LO-04'],
    name: 'logout never leads to an address that is not registered',
    door: 'login',
    target: ({ config }) =>
      `/logout?${form({ client_id: config.clientId, logout_uri: 'https://attacker.example/' })}`,
    status: [302, 400],
    answerHeaders: { location: /^(?!https:\/\/attacker\.example)|^$/ },
  },
  {
    rows: ['CG-AZ-02', 'CG-AZ-03', 'CG-AZ-11'],
    name: 'who has a session is sent back at once, with a code and the state as it was',
    door: 'login',
    target: (world) => authorize(world),
    headers: ({ session }) => ({ cookie: session }),
    status: 302,
    answerHeaders: ({ callbackUrl }) => ({
      location: new RegExp(
        `^${escaped(callbackUrl)}\\?(?=.*\\bcode=[0-9a-f-]{36}\\b)(?=.*\\bstate=c3RhdGU_-(?:~|%7E)\\.)(?!.*\\biss=)`,
      ),
    }),
  },
  {
    rows: ['CG-AZ-10'],
    name: 'a public client may do without PKCE',
    door: 'login',
    target: (world) => authorize(world, { code_challenge: undefined, code_challenge_method: undefined }),
    status: 302,
    answerHeaders: { location: /\/login\?/ },
  },
  {
    rows: ['CG-AZ-06'],
    name: 'a challenge needs a method',
    door: 'login',
    target: (world) => authorize(world, { code_challenge_method: undefined }),
    status: 302,
    answerHeaders: backWith('invalid_request'),
  },
  {
    rows: ['CG-AZ-06'],
    name: 'without a response_type nothing is asked for',
    door: 'login',
    target: (world) => authorize(world, { response_type: undefined }),
    status: 302,
    answerHeaders: backWith('invalid_request'),
  },
  {
    rows: ['CG-AZ-09'],
    name: 'without a scope all of the client’s are asked for',
    door: 'login',
    target: (world) => authorize(world, { scope: undefined }),
    status: 302,
    answerHeaders: { location: /\/login\?/ },
  },
  {
    rows: ['CG-AZ-15'],
    name: 'nobody is authorized by POST',
    door: 'login',
    method: 'POST',
    target: '/oauth2/authorize',
    headers: FORM,
    body: (world) => authorize(world).replace('/oauth2/authorize?', ''),
    status: [400, 403, 404, 405],
  },
  {
    rows: ['CG-AZ-04'],
    name: 'the error page is an error',
    door: 'login',
    target: ({ config }) => `/error?${form({ error: 'redirect_mismatch', client_id: config.clientId })}`,
    status: 400,
    answerHeaders: { 'content-type': /^text\/html/ },
  },
  ...['/login', '/forgotPassword'].map((path): Expectation => ({
    rows: ['CG-LG-05'],
    name: `${path} is a page`,
    door: 'login',
    target: (world) => authorize(world).replace('/oauth2/authorize', path),
    status: 200,
    answerHeaders: { 'content-type': /^text\/html/ },
  })),
  {
    rows: ['CG-OD-05'],
    name: 'the login domain has no discovery document',
    door: 'login',
    target: '/.well-known/openid-configuration',
    status: [400, 403, 404],
  },
  {
    rows: ['CG-TK-01'],
    name: 'a code is redeemed for three tokens, for every origin',
    door: 'login',
    method: 'POST',
    target: '/oauth2/token',
    headers: FORM,
    body: (world) => redeem(world, world.codes.good),
    status: 200,
    answerHeaders: { 'content-type': 'application/json;charset=UTF-8', ...ANYWHERE },
    answer:
      /^\{(?=.*"id_token":"ey)(?=.*"access_token":"ey)(?=.*"refresh_token":")(?=.*"expires_in":3600\b)(?=.*"token_type":"Bearer")(?!.*"scope":)/,
  },
  {
    rows: ['CG-TK-03'],
    name: 'a code is not redeemed with another verifier',
    door: 'login',
    method: 'POST',
    target: '/oauth2/token',
    headers: FORM,
    body: (world) => redeem(world, world.codes.wrongVerifier, { code_verifier: 'b'.repeat(43) }),
    status: 400,
    answer: /"error":"/,
  },
  {
    rows: ['CG-TK-02'],
    name: 'a code is not redeemed for another redirect_uri',
    door: 'login',
    method: 'POST',
    target: '/oauth2/token',
    headers: FORM,
    body: (world) => redeem(world, world.codes.elsewhere, { redirect_uri: `${world.siteUrl}/` }),
    status: 400,
    answer: '{"error":"invalid_grant"}',
  },
  {
    rows: ['CG-TK-04'],
    name: 'a client that nobody knows gets nothing',
    door: 'login',
    method: 'POST',
    target: '/oauth2/token',
    headers: FORM,
    body: ({ tokens }) =>
      form({ grant_type: 'refresh_token', client_id: 'nobody', refresh_token: tokens.refresh }),
    status: [400, 401],
    answer: /"error":"invalid_client"/,
  },
  {
    rows: ['CG-TK-07'],
    name: 'a form without a grant_type is invalid',
    door: 'login',
    method: 'POST',
    target: '/oauth2/token',
    headers: FORM,
    body: ({ config }) => form({ client_id: config.clientId }),
    status: 400,
    answer: /"error":"invalid_request"/,
  },
  {
    rows: ['CG-TK-07'],
    name: 'JSON is no form',
    door: 'login',
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
    answer: /"error":"invalid_request"/,
  },
  {
    rows: ['CG-TK-08'],
    name: 'tokens are not given by GET',
    door: 'login',
    target: (world) => `/oauth2/token?${redeem(world, { code: 'none', verifier: 'a'.repeat(43) })}`,
    status: [400, 405],
  },
  {
    rows: ['CG-TK-10', 'CG-TK-11'],
    name: 'a refresh token gives new tokens, another refresh token among them',
    door: 'login',
    method: 'POST',
    target: '/oauth2/token',
    headers: FORM,
    body: ({ config, tokens }) =>
      form({ grant_type: 'refresh_token', client_id: config.clientId, refresh_token: tokens.refresh }),
    status: 200,
    answerHeaders: ANYWHERE,
    answer: /^\{(?=.*"id_token":"ey)(?=.*"access_token":"ey)(?=.*"refresh_token":")/,
  },
  {
    rows: ['CG-RV-01'],
    name: 'a refresh token is revoked without a word',
    door: 'login',
    method: 'POST',
    target: '/oauth2/revoke',
    headers: FORM,
    body: ({ config, spareRefreshToken }) => form({ token: spareRefreshToken, client_id: config.clientId }),
    status: 200,
    answerHeaders: ANYWHERE,
    answer: '',
  },
  {
    rows: ['CG-RV-03'],
    name: 'without a token there is nothing to revoke',
    door: 'login',
    method: 'POST',
    target: '/oauth2/revoke',
    headers: FORM,
    body: ({ config }) => form({ client_id: config.clientId }),
    status: 400,
    answer: /"error":"invalid_request"/,
  },
  {
    rows: ['CG-LO-03'],
    name: 'logout as OpenID Connect has it is an error',
    door: 'login',
    target: ({ siteUrl, tokens }) =>
      `/logout?${form({ id_token_hint: tokens.id, post_logout_redirect_uri: `${siteUrl}/` })}`,
    status: [302, 400],
    answerHeaders: { location: /\/error\?|^$/ },
  },
  {
    rows: ['CG-LO-03'],
    name: 'logout needs to know where to',
    door: 'login',
    target: ({ config }) => `/logout?${form({ client_id: config.clientId })}`,
    status: [302, 400],
    answerHeaders: { location: /\/error\?|^$/ },
  },
];
