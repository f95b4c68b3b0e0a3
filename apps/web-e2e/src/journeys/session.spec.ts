import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures';
import { readTokens } from '../held-tokens';

/** What the tab holds, as if it had slept since long before its access token expired. */
async function letExpire(page: Page): Promise<void> {
  await page.evaluate(() => {
    const key = Object.keys(sessionStorage).find((name) => name.startsWith('oidc.user:')) ?? '';
    const held = JSON.parse(sessionStorage.getItem(key) ?? '{}');
    sessionStorage.setItem(key, JSON.stringify({ ...held, expires_at: Math.floor(Date.now() / 1000) - 600 }));
  });
}

/** The login service answers renewals with `status` from now on. */
async function renewalsAnswer(page: Page, status: number, body: object): Promise<void> {
  await page.route('**/oauth2/token', (route) =>
    route.request().postData()?.includes('grant_type=refresh_token')
      ? route.fulfill({ status, json: body, headers: { 'access-control-allow-origin': '*' } })
      : route.fallback(),
  );
}

test('tokens that expired while the laptop slept are renewed when it wakes', async ({ signedInSite }) => {
  const { page } = signedInSite;
  const before = await readTokens(page);
  await letExpire(page);
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));
  await expect.poll(async () => (await readTokens(page)).accessToken).not.toBe(before.accessToken);
  await signedInSite.fetchData();
  await expect(signedInSite.greeting).toContainText('Hello, World!');
});

test('tokens that expired in a closed laptop are renewed with the first request that needs one', async ({
  signedInSite,
}) => {
  await letExpire(signedInSite.page);
  await signedInSite.fetchData();
  await expect(signedInSite.greeting).toContainText('Hello, World!');
  await expect(signedInSite.error).toBeHidden();
});

test('Renew now gives new tokens, and the claims and the time left with them', async ({ signedInSite }) => {
  const before = await readTokens(signedInSite.page);
  await signedInSite.renewButton.click();
  await expect(signedInSite.page.getByText(/^Renewed at/)).toBeVisible();
  expect((await readTokens(signedInSite.page)).idToken).not.toBe(before.idToken);
});

test('a session that is not renewed any more says so, and the next login brings back what was typed', async ({
  signedInSite,
  loginPage,
  account,
  faults,
  takePicture,
}) => {
  faults.expect(/status of 400 .*\/oauth2\/token/);
  const { page } = signedInSite;
  await renewalsAnswer(page, 400, { error: 'invalid_grant' });
  await signedInSite.nameField.fill('Grace');
  await signedInSite.renewButton.click();
  await expect(signedInSite.error).toContainText('Your session has ended.');
  await expect(signedInSite.nameField).toHaveValue('Grace');
  await takePicture('session-ended');
  await page.context().clearCookies(); // so that the login page asks
  await signedInSite.loginButton.click();
  await loginPage.signIn(account);
  await expect(signedInSite.session).toContainText(account.username);
  await expect(signedInSite.nameField).toHaveValue('Grace');
  await expect(signedInSite.error).toBeHidden();
});

test('a login service in trouble ends nothing: the session waits, and goes on', async ({
  signedInSite,
  faults,
}) => {
  faults.expect(/status of 500 .*\/oauth2\/token/);
  const { page } = signedInSite;
  await renewalsAnswer(page, 500, {});
  await letExpire(page);
  await signedInSite.fetchData();
  await expect(signedInSite.error).toContainText('could not be renewed just now');
  await expect(signedInSite.logoutButton).toBeVisible();
  await page.unroute('**/oauth2/token');
  await signedInSite.retryButton.click();
  await expect(signedInSite.greeting).toContainText('Hello, World!');
});

test('the session page explains the claims and what the tab holds', async ({ signedInSite, takePicture }) => {
  await signedInSite.follow('Session');
  await expect(signedInSite.session.getByRole('row', { name: /^sub Identifies the user/ })).toBeVisible();
  await expect(signedInSite.session.getByRole('timer')).toHaveText(/^\d+ (min|h)/);
  await takePicture('session');
});
