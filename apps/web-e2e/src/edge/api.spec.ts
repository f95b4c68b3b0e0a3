import type { APIRequestContext, APIResponse } from '@playwright/test';
import { Greeting, GREETING_PATH, Problem, PROBLEM_CONTENT_TYPE } from '@spa-on-aws/shared-types';
import { expect, test } from '../fixtures';
import { readTokens } from '../held-tokens';

/** Calls the API with a token, as the site does. */
function call(request: APIRequestContext, url: string, token: string): Promise<APIResponse> {
  return request.get(url, { headers: { authorization: `Bearer ${token}` } });
}

/** Expects API Gateway's response to a missing or invalid token. */
async function expectUnauthorized(response: APIResponse): Promise<void> {
  expect(response.status()).toBe(401);
  expect(response.headers()['x-amzn-errortype']).toBe('UnauthorizedException');
  expect(await response.text()).toBe('{"message":"Unauthorized"}');
}

test('a call without a token is rejected by API Gateway', async ({ request }) => {
  await expectUnauthorized(await request.get(GREETING_PATH));
});

test('a malformed token is rejected', async ({ request }) => {
  await expectUnauthorized(await call(request, GREETING_PATH, 'not.a.token'));
});

test('the access token is accepted, an ID token is rejected', async ({ signedInSite, request }) => {
  const { accessToken, idToken } = await readTokens(signedInSite.page);
  expect((await call(request, GREETING_PATH, accessToken)).status()).toBe(200);
  await expectUnauthorized(await call(request, GREETING_PATH, idToken));
});

test('an access token with a changed claim is rejected', async ({ signedInSite, request }) => {
  const { accessToken } = await readTokens(signedInSite.page);
  const [header, payload = '', signature] = accessToken.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const forged = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 3600 })).toString('base64url');
  await expectUnauthorized(await call(request, GREETING_PATH, [header, forged, signature].join('.')));
});

test('a later greeting has a higher id', async ({ signedInSite, request, deployment }) => {
  const { accessToken } = await readTokens(signedInSite.page);
  const first = Greeting.parse(await (await call(request, GREETING_PATH, accessToken)).json());
  const second = Greeting.parse(await (await call(request, GREETING_PATH, accessToken)).json());
  expect(second.id).not.toBe(first.id);
  // A deployment may run several processes, each with its own block of ids.
  if (deployment.local) expect(second.id).toBeGreaterThan(first.id);
});

test('an unknown path under /api/ returns problem details of the API', async ({ signedInSite, request }) => {
  const { accessToken } = await readTokens(signedInSite.page);
  const response = await call(request, '/api/nope', accessToken);
  expect(response.status()).toBe(404);
  expect(response.headers()['content-type']).toBe(PROBLEM_CONTENT_TYPE);
  expect(Problem.parse(await response.json())).toMatchObject({ status: 404, instance: '/api/nope' });
});

test('an invalid query is rejected with the allowed parameters', async ({ signedInSite, request }) => {
  const { accessToken } = await readTokens(signedInSite.page);
  const response = await call(request, `${GREETING_PATH}?name=`, accessToken);
  expect(response.status()).toBe(400);
  expect(Problem.parse(await response.json()).detail).toContain('"name"');
});

test('responses of the API are never cached', async ({ signedInSite, request }) => {
  const { accessToken } = await readTokens(signedInSite.page);
  const response = await call(request, GREETING_PATH, accessToken);
  expect(response.headers()['cache-control']).toBe('no-store');
});

test('API Gateway rejects a direct call without a token', async ({ request, deployment }) => {
  test.skip(deployment.apiEndpoint === undefined, 'API_ENDPOINT is not set');
  await expectUnauthorized(await request.get(`${deployment.apiEndpoint}${GREETING_PATH}`));
});
