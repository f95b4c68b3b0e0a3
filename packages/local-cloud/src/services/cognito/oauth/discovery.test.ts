import { expect, test } from 'vitest';
import { openIdConfiguration } from '../pipeline/routes';
import { startCognito } from '../testing/running-cognito';

test('the OpenID configuration has exactly the keys of Cognito, in alphabetical order [CG-OD-01]', async () => {
  const { origin, issuer, close } = await startCognito();
  const response = await fetch(`${issuer}/.well-known/openid-configuration`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json;charset=UTF-8');
  const configuration = (await response.json()) as Record<string, unknown>;
  expect(configuration).toEqual({
    authorization_endpoint: `${origin}/oauth2/authorize`,
    end_session_endpoint: `${origin}/logout`,
    id_token_signing_alg_values_supported: ['RS256'],
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    response_types_supported: ['code', 'token'],
    revocation_endpoint: `${origin}/oauth2/revoke`,
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
    token_endpoint: `${origin}/oauth2/token`,
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    userinfo_endpoint: `${origin}/oauth2/userInfo`,
  });
  expect(Object.keys(configuration)).toEqual(Object.keys(configuration).toSorted());
  await close();
});

test('the OpenID configuration does not have PKCE, grant types, claims and introspection [CG-OD-02]', () => {
  const keys = Object.keys(openIdConfiguration('http://localhost:1/pool', 'http://localhost:1'));
  for (const absent of [
    'code_challenge_methods_supported',
    'grant_types_supported',
    'claims_supported',
    'introspection_endpoint',
  ]) {
    expect(keys).not.toContain(absent);
  }
});

test('the endpoints are below the issuer when the pool has no domain [CG-OD-04]', () => {
  expect(openIdConfiguration('http://localhost:1/pool', undefined)).toMatchObject({
    authorization_endpoint: 'http://localhost:1/pool/authorize',
    token_endpoint: 'http://localhost:1/pool/token',
  });
});

test('the OpenID configuration does not exist at the domain and for unknown pools [CG-OD-05]', async () => {
  const { origin, close } = await startCognito();
  const paths = ['/.well-known/openid-configuration', '/jwks', '/eu-west-1_Nobody/.well-known/jwks.json'];
  for (const path of paths) expect((await fetch(origin + path)).status).toBe(404);
  await close();
});

test('the key set has two RSA keys without private parts [CG-JW-01]', async () => {
  const { cognito, issuer, pool, close } = await startCognito();
  const { keys } = (await (await fetch(`${issuer}/.well-known/jwks.json`)).json()) as { keys: object[] };
  expect(keys).toHaveLength(2);
  for (const key of keys) {
    expect(Object.keys(key)).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    expect(key).toMatchObject({ alg: 'RS256', e: 'AQAB', kty: 'RSA', use: 'sig' });
  }
  expect(cognito.jwks(pool.id)).toEqual({ keys });
  await close();
});

test('discovery, keys and the endpoints for single-page apps have CORS for every origin [CG-JW-02, CG-TK-13]', async () => {
  const { origin, issuer, close } = await startCognito();
  const headers = {
    origin: 'https://elsewhere.example',
    'access-control-request-method': 'POST',
    // What aws-amplify asks for.
    'access-control-request-headers': 'cache-control,x-amz-user-agent',
  };
  for (const [url, allowed] of [
    [`${issuer}/.well-known/openid-configuration`, '*'],
    [`${issuer}/.well-known/jwks.json`, '*'],
    [`${origin}/oauth2/token`, 'https://elsewhere.example'],
    [`${origin}/oauth2/userInfo`, '*'],
    [`${origin}/oauth2/revoke`, '*'],
  ] as const) {
    const preflight = await fetch(url, { method: 'OPTIONS', headers });
    expect(preflight.status).toBe(200);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(allowed);
    expect(preflight.headers.get('access-control-allow-headers')).toBe('cache-control,x-amz-user-agent');
    const method = /token|revoke/.test(url) ? 'POST' : 'GET';
    const response = await fetch(url, { method, headers: { origin: 'https://elsewhere.example' } });
    expect(response.headers.get('access-control-allow-origin')).toBe(allowed);
    const credentials = allowed === '*' ? null : 'true';
    expect(response.headers.get('access-control-allow-credentials')).toBe(credentials);
    expect(preflight.headers.get('access-control-allow-credentials')).toBe(credentials);
  }
  await close();
});

test('login pages have no CORS', async () => {
  const { origin, close } = await startCognito();
  for (const path of ['/login', '/oauth2/authorize', '/logout', '/error']) {
    const response = await fetch(origin + path, {
      redirect: 'manual',
      headers: { origin: 'https://elsewhere.example' },
    });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  }
  await close();
});
