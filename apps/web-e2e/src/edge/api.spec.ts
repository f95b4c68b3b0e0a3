import type { APIRequestContext, APIResponse } from '@playwright/test';
import { Greeting, GREETING_PATH, Problem, PROBLEM_CONTENT_TYPE } from '@spa-on-aws/shared-types';
import { expect, test } from '../fixtures';
import { readTokens } from '../held-tokens';

/** Asks with a token as the site does. */
function ask(request: APIRequestContext, url: string, token: string): Promise<APIResponse> {
  return request.get(url, { headers: { authorization: `Bearer ${token}` } });
}

/** The answer of API Gateway to a missing or unacceptable token. */
async function expectUnauthorized(answer: APIResponse): Promise<void> {
  expect(answer.status()).toBe(401);
  expect(answer.headers()['x-amzn-errortype']).toBe('UnauthorizedException');
  expect(await answer.text()).toBe('{"message":"Unauthorized"}');
}

test('the API without a token answers as API Gateway does', async ({ request }) => {
  await expectUnauthorized(await request.get(GREETING_PATH));
});

test('a token that is none is refused', async ({ request }) => {
  await expectUnauthorized(await ask(request, GREETING_PATH, 'not.a.token'));
});

test('the access token is let through, an ID token is refused', async ({ signedInSite, request }) => {
  const { accessToken, idToken } = await readTokens(signedInSite.page);
  expect((await ask(request, GREETING_PATH, accessToken)).status()).toBe(200);
  await expectUnauthorized(await ask(request, GREETING_PATH, idToken));
});

test('an access token with a changed claim is refused', async ({ signedInSite, request }) => {
  const { accessToken } = await readTokens(signedInSite.page);
  const [header, payload = '', signature] = accessToken.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const forged = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 3600 })).toString('base64url');
  await expectUnauthorized(await ask(request, GREETING_PATH, [header, forged, signature].join('.')));
});

test('two greetings have different ids, the later one the higher', async ({
  signedInSite,
  request,
  deployment,
}) => {
  const { accessToken } = await readTokens(signedInSite.page);
  const first = Greeting.parse(await (await ask(request, GREETING_PATH, accessToken)).json());
  const second = Greeting.parse(await (await ask(request, GREETING_PATH, accessToken)).json());
  expect(second.id).not.toBe(first.id);
  // A deployment may run more than one process, each counting for itself.
  if (deployment.local) expect(second.id).toBeGreaterThan(first.id);
});

test('an unknown path below /api/ stays a problem of the API', async ({ signedInSite, request }) => {
  const { accessToken } = await readTokens(signedInSite.page);
  const answer = await ask(request, '/api/nope', accessToken);
  expect(answer.status()).toBe(404);
  expect(answer.headers()['content-type']).toBe(PROBLEM_CONTENT_TYPE);
  expect(Problem.parse(await answer.json())).toMatchObject({ status: 404, instance: '/api/nope' });
});

test('a bad query is answered with what is allowed', async ({ signedInSite, request }) => {
  const { accessToken } = await readTokens(signedInSite.page);
  const answer = await ask(request, `${GREETING_PATH}?name=`, accessToken);
  expect(answer.status()).toBe(400);
  expect(Problem.parse(await answer.json()).detail).toContain('"name"');
});

test('answers of the API are never stored', async ({ signedInSite, request }) => {
  const { accessToken } = await readTokens(signedInSite.page);
  const answer = await ask(request, GREETING_PATH, accessToken);
  expect(answer.headers()['cache-control']).toBe('no-store');
});

test('around the site, API Gateway refuses a missing token just the same', async ({
  request,
  deployment,
}) => {
  test.skip(deployment.apiEndpoint === undefined, 'API_ENDPOINT does not tell where API Gateway is');
  await expectUnauthorized(await request.get(`${deployment.apiEndpoint}${GREETING_PATH}`));
});
