import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures';

/** Changes the stored session as if its access token had expired ten minutes ago. */
async function expireAccessToken(page: Page): Promise<void> {
  await page.evaluate(() => {
    const key = Object.keys(sessionStorage).find((name) => name.startsWith('oidc.user:')) ?? '';
    const session = JSON.parse(sessionStorage.getItem(key) ?? '{}');
    sessionStorage.setItem(
      key,
      JSON.stringify({ ...session, expires_at: Math.floor(Date.now() / 1000) - 600 }),
    );
  });
}

/** Replaces the responses to renewals. */
async function mockRenewals(page: Page, status: number, body: object): Promise<void> {
  await page.route('**/oauth2/token', (route) =>
    route.request().postData()?.includes('grant_type=refresh_token')
      ? route.fulfill({ status, json: body, headers: { 'access-control-allow-origin': '*' } })
      : route.fallback(),
  );
}

test('tokens that expired while the laptop slept are renewed when it wakes up', async ({ signedInSite }) => {
  const { page } = signedInSite;
  const before = await signedInSite.tokens();
  await expireAccessToken(page);
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));
  await expect.poll(async () => (await signedInSite.tokens()).accessToken).not.toBe(before.accessToken);
  await signedInSite.fetchData();
  await expect(signedInSite.greeting).toContainText('Hello, World!');
});

test('expired tokens are renewed before the next API call', async ({ signedInSite }) => {
  await expireAccessToken(signedInSite.page);
  await signedInSite.fetchData();
  await expect(signedInSite.greeting).toContainText('Hello, World!');
  await expect(signedInSite.error).toBeHidden();
});

test('a token that the API does not accept is renewed, and the request is sent again', async ({
  signedInSite,
  faults,
}) => {
  faults.expect(/status of 401/);
  const before = await signedInSite.tokens();
  await signedInSite.page.route(
    '**/api/greeting*',
    (route) => route.fulfill({ status: 401, json: { message: 'The incoming token has expired' } }),
    { times: 1 },
  );
  await signedInSite.fetchData();
  await expect(signedInSite.greeting).toContainText('Hello, World!');
  await expect(signedInSite.error).toBeHidden();
  expect((await signedInSite.tokens()).accessToken).not.toBe(before.accessToken);
});

test('"Renew now" renews the tokens', async ({ signedInSite }) => {
  const before = await signedInSite.tokens();
  await signedInSite.renewButton.click();
  await expect(signedInSite.page.getByText(/^Renewed at/)).toBeVisible();
  expect((await signedInSite.tokens()).idToken).not.toBe(before.idToken);
});

test('a rejected renewal shows a message, and the next login keeps the typed name', async ({
  signedInSite,
  loginPage,
  account,
  faults,
  takePicture,
}) => {
  faults.expect(/status of 400 .*\/oauth2\/token/);
  const { page } = signedInSite;
  await mockRenewals(page, 400, { error: 'invalid_grant' });
  await signedInSite.nameField.fill('Grace');
  await signedInSite.renewButton.click();
  await expect(signedInSite.error).toContainText('Your session has ended.');
  await expect(signedInSite.nameField).toHaveValue('Grace');
  await takePicture('session-ended');
  await page.context().clearCookies(); // so that the login page asks for the password
  await signedInSite.loginButton.click();
  await loginPage.signIn(account);
  await expect(signedInSite.session).toContainText(account.username);
  await expect(signedInSite.nameField).toHaveValue('Grace');
  await expect(signedInSite.error).toBeHidden();
});

test('the session continues after an error of the token endpoint', async ({ signedInSite, faults }) => {
  faults.expect(/status of 500 .*\/oauth2\/token/);
  const { page } = signedInSite;
  await mockRenewals(page, 500, {});
  await expireAccessToken(page);
  await signedInSite.fetchData();
  await expect(signedInSite.error).toContainText('could not be renewed');
  await expect(signedInSite.logoutButton).toBeVisible();
  await page.unroute('**/oauth2/token');
  await signedInSite.retryButton.click();
  await expect(signedInSite.greeting).toContainText('Hello, World!');
});

test('the session page shows claims with descriptions and the time left', async ({
  signedInSite,
  takePicture,
}) => {
  await signedInSite.follow('Session');
  await expect(signedInSite.session.getByRole('row', { name: /^sub Unique user ID/ })).toBeVisible();
  await expect(signedInSite.session.getByRole('timer')).toHaveText(/^\d+ (min|h)/);
  await takePicture('session');
});
