import type { BrowserContext } from '@playwright/test';
import { expect, test } from '../fixtures';
import { LoginPage } from '../pages/login-page';
import { Site } from '../pages/site';

test('a second tab takes over the session without the login page', async ({
  signedInSite,
  account,
  context,
}) => {
  const second = new Site(await context.newPage());
  const visited: string[] = [];
  second.page.on('framenavigated', (frame) => visited.push(new URL(frame.url()).pathname));
  await second.open('/session');
  await expect(second.session).toContainText(account.username);
  expect(visited).toEqual(['/session']);
  expect(await second.tokens()).toEqual(await signedInSite.tokens());
});

test('a login in another tab signs in this tab and keeps the typed name', async ({
  site,
  account,
  context,
}) => {
  await site.open();
  await site.nameField.fill('Ada');
  const second = new Site(await context.newPage());
  await second.open();
  await second.loginButton.click();
  await new LoginPage(second.page).signIn(account);
  await expect(second.session).toContainText(account.username);
  await expect(site.session).toContainText(account.username);
  await expect(site.nameField).toHaveValue('Ada');
});

/** Collects the renewal requests of all tabs. */
function collectRenewals(context: BrowserContext): string[] {
  const renewals: string[] = [];
  context.on('request', (request) => {
    if (request.postData()?.includes('grant_type=refresh_token')) renewals.push(request.url());
  });
  return renewals;
}

test('tabs that renew at the same time send one request and share its tokens', async ({
  signedInSite,
  context,
}) => {
  const before = await signedInSite.tokens();
  const second = new Site(await context.newPage());
  await second.open();
  await expect(second.session).toBeVisible();
  const renewals = collectRenewals(context);
  let respond = () => {};
  const released = new Promise<void>((resolve) => (respond = resolve));
  await context.route('**/oauth2/token', async (route) => {
    await released;
    await route.continue();
  });
  await signedInSite.renewButton.click();
  await second.renewButton.click();
  respond();
  for (const { page } of [signedInSite, second]) {
    await expect(page.getByText(/^Renewed at/)).toBeVisible();
  }
  const after = await signedInSite.tokens();
  expect(after.accessToken).not.toBe(before.accessToken);
  expect(await second.tokens()).toEqual(after);
  expect(renewals).toHaveLength(1);
});

test('a logout in one tab signs out the other tab, which shows a message', async ({
  signedInSite,
  context,
  takePicture,
}) => {
  const second = new Site(await context.newPage());
  await second.open();
  await expect(second.session).toBeVisible();
  const { accessToken } = await signedInSite.tokens();
  await second.logoutButton.click();
  await expect(second.loginButton).toBeVisible();
  await expect(signedInSite.error).toHaveText('You logged out in another tab.');
  await expect(signedInSite.loginButton).toBeVisible();
  await expect(signedInSite.session).toBeHidden();
  const stored = await signedInSite.page.evaluate(() => JSON.stringify(sessionStorage));
  expect(stored).not.toContain('oidc.user');
  expect(stored).not.toContain(accessToken);
  await takePicture('logged-out-elsewhere');
});

test('a duplicated tab with an old session uses the newer one', async ({ signedInSite, context }) => {
  const copied = await signedInSite.page.evaluate(() => Object.entries(sessionStorage));
  await signedInSite.renewButton.click();
  await expect(signedInSite.page.getByText(/^Renewed at/)).toBeVisible();
  const rejected: string[] = [];
  context.on('response', (response) => {
    if (response.url().endsWith('/oauth2/token') && !response.ok()) rejected.push(response.url());
  });
  const duplicate = new Site(await context.newPage());
  await duplicate.page.addInitScript((entries) => {
    for (const [key, value] of entries) sessionStorage.setItem(key, value);
  }, copied);
  await duplicate.open();
  await expect(duplicate.session).toBeVisible();
  await duplicate.renewButton.click();
  await expect(duplicate.page.getByText(/^Renewed at/)).toBeVisible();
  await expect.poll(async () => signedInSite.tokens()).toEqual(await duplicate.tokens());
  expect(rejected).toEqual([]);
});

test('a tab that was on another site during a logout returns signed out', async ({
  signedInSite,
  context,
}) => {
  const away = new Site(await context.newPage());
  await away.open();
  await expect(away.session).toBeVisible();
  await away.page.goto('about:blank');
  await signedInSite.logoutButton.click();
  await expect(signedInSite.loginButton).toBeVisible();
  await away.page.goBack();
  await expect(away.loginButton).toBeVisible();
  await expect(away.session).toBeHidden();
});
