import { API_OPERATIONS, OPENAPI_PATH, READY_PATH } from '@spa-on-aws/shared-types';
import { expect, test } from '../fixtures';
import { describedApi } from '../openapi';

test('responses through the site match the OpenAPI description', async ({ request, tokens }) => {
  const { call, paths, expectDescribed } = await describedApi(request, tokens.access_token);
  expect(paths).toEqual(expect.arrayContaining(API_OPERATIONS.map(({ path }) => path)));
  await expectDescribed(200, 'GET', OPENAPI_PATH, await call('GET', OPENAPI_PATH));
  // API Gateway accepts a token without its scheme (AG-AU-07), so the API rejects it.
  const withoutScheme = await call('GET', OPENAPI_PATH, undefined, tokens.access_token);
  await expectDescribed(401, 'GET', OPENAPI_PATH, withoutScheme);
});

test('health endpoints are not reachable through the site', async ({ request }) => {
  // Only the load balancer calls them.
  const response = await request.get(READY_PATH);
  expect(response.headers()['content-type']).toContain('text/html');
});
