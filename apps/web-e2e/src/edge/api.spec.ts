import type { APIRequestContext, APIResponse } from '@playwright/test';
import { Greeting, GREETING_PATH, Problem, PROBLEM_CONTENT_TYPE } from '@spa-on-aws/shared-types';
import { expect, test } from '../fixtures';
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
