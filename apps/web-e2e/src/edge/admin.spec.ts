import { getGreeting, Statistics, STATISTICS_PATH } from '@spa-on-aws/shared-types';
import { expect, test as base } from '../fixtures';
import { SignedInUser, type TokenResponse } from '../signed-in-user';

const test = base.extend<object, { readonly adminTokens: TokenResponse }>({
  adminTokens: [
    async ({ browser, deployment }, use) => {
      const admin = await SignedInUser.signIn(browser, deployment, deployment.adminAccount);
      await use(await admin.tokens());
      await admin.close();
    },
    { scope: 'worker' },
  ],
});

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

test.describe('an administrator', () => {
  test.skip(({ deployment }) => !deployment.adminAccount, 'E2E_ADMIN_USERNAME names no administrator');

  test('gets the statistics, which count greetings', async ({ request, adminTokens }) => {
    const headers = bearer(adminTokens.access_token);
    const greeted = await request.get(getGreeting.path, { headers });
    const { id } = getGreeting.response.parse(await greeted.json());
    const response = await request.get(STATISTICS_PATH, { headers });
    expect(response.status()).toBe(200);
    expect(response.headers()['cache-control']).toBe('no-store');
    expect(Statistics.parse(await response.json()).lastGreetingId).toBeGreaterThanOrEqual(id);
  });

  test('cannot use the ID token', async ({
    request,
    adminTokens,
    deployment: { siteUrl, apiEndpoint, backendUrl },
  }) => {
    for (const endpoint of [siteUrl, apiEndpoint, backendUrl].filter((one) => one !== undefined)) {
      const response = await request.get(endpoint + STATISTICS_PATH, {
        headers: bearer(adminTokens.id_token),
      });
      expect(response.status(), `at ${endpoint}`).toBe(401);
    }
  });
});
