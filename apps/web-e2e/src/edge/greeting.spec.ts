import type { APIRequestContext, APIResponse } from '@playwright/test';
import { Greeting, GREETING_PATH, Problem, PROBLEM_CONTENT_TYPE } from '@spa-on-aws/shared-types';
import { expect, test } from '../fixtures';
import { describedApi } from '../openapi';
import type { TokenResponse } from '../signed-in-user';

/** Calls the API with an access token, as the site does. */
function call(request: APIRequestContext, url: string, tokens: TokenResponse): Promise<APIResponse> {
  return request.get(url, { headers: { authorization: `Bearer ${tokens.access_token}` } });
}

test('a later greeting has a higher id', async ({ tokens, request, deployment }) => {
  const first = Greeting.parse(await (await call(request, GREETING_PATH, tokens)).json());
  const second = Greeting.parse(await (await call(request, GREETING_PATH, tokens)).json());
  expect(second.id).not.toBe(first.id);
  // A deployment may run several processes, each with its own block of ids.
  if (deployment.local) expect(second.id).toBeGreaterThan(first.id);
});

test('an unknown path under /api/ returns problem details of the API', async ({ tokens, request }) => {
  const response = await call(request, '/api/nope', tokens);
  expect(response.status()).toBe(404);
  expect(response.headers()['content-type']).toBe(PROBLEM_CONTENT_TYPE);
  expect(Problem.parse(await response.json())).toMatchObject({ status: 404, instance: '/api/nope' });
});

test('an invalid query is rejected with the allowed parameters', async ({ tokens, request }) => {
  const response = await call(request, `${GREETING_PATH}?name=`, tokens);
  expect(response.status()).toBe(400);
  expect(Problem.parse(await response.json()).detail).toContain('"name"');
});

test('responses of the API are never cached', async ({ tokens, request }) => {
  const response = await call(request, GREETING_PATH, tokens);
  expect(response.headers()['cache-control']).toBe('no-store');
});

test('responses about a greeting match the OpenAPI description', async ({ request, tokens }) => {
  const { call: send, expectDescribed } = await describedApi(request, tokens.access_token);
  await expectDescribed(200, 'GET', GREETING_PATH, await send('GET', `${GREETING_PATH}?name=Ada`));
  await expectDescribed(400, 'GET', GREETING_PATH, await send('GET', `${GREETING_PATH}?unknown=Ada`));
});
