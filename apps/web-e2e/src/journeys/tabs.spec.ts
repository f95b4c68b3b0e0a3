import type { BrowserContext } from '@playwright/test';
import { expect, test } from '../fixtures';
import { readTokens } from '../held-tokens';
import { LoginPage } from '../pages/login-page';
import { Site } from '../pages/site';

test('a second tab is signed in as the first one is, without the login page', async ({
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
  expect(await readTokens(second.page)).toEqual(await readTokens(signedInSite.page));
});

test('a guest in one tab is signed in when a login succeeds in another, with what was typed', async ({
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

/** Notes how often new tokens are asked for, by whichever tab. */
function countRenewals(context: BrowserContext): string[] {
  const renewals: string[] = [];
  context.on('request', (request) => {
    if (request.postData()?.includes('grant_type=refresh_token')) renewals.push(request.url());
  });
  return renewals;
}

test('tabs that renew at the same time ask once, and both hold what came', async ({
  signedInSite,
  context,
}) => {
  const before = await readTokens(signedInSite.page);
  const second = new Site(await context.newPage());
  await second.open();
  await expect(second.session).toBeVisible();
  const renewals = countRenewals(context);
  let bothHaveAsked = () => {};
  const held = new Promise<void>((resolve) => (bothHaveAsked = resolve));
  await context.route('**/oauth2/token', async (route) => {
    await held;
    await route.continue();
  });
  await signedInSite.renewButton.click();
  await second.renewButton.click();
  bothHaveAsked();
  for (const { page } of [signedInSite, second]) {
    await expect(page.getByText(/^Renewed at/)).toBeVisible();
  }
  const after = await readTokens(signedInSite.page);
  expect(after.accessToken).not.toBe(before.accessToken);
  expect(await readTokens(second.page)).toEqual(after);
  expect(renewals).toHaveLength(1);
});

test('Logout in one tab ends the session in the other, which says so', async ({
  signedInSite,
  context,
  takePicture,
}) => {
  const second = new Site(await context.newPage());
  await second.open();
  await expect(second.session).toBeVisible();
  await second.logoutButton.click();
  await expect(second.loginButton).toBeVisible();
  await expect(signedInSite.error).toHaveText('You have logged out in another tab.');
  await expect(signedInSite.loginButton).toBeVisible();
  await expect(signedInSite.session).toBeHidden();
  expect(await signedInSite.page.evaluate(() => Object.keys(sessionStorage))).toEqual([]);
  await takePicture('logged-out-elsewhere');
});

test('a duplicated tab has an old copy of the session, and goes on with the newer one', async ({
  signedInSite,
  context,
}) => {
  const copied = await signedInSite.page.evaluate(() => Object.entries(sessionStorage));
  await signedInSite.renewButton.click();
  await expect(signedInSite.page.getByText(/^Renewed at/)).toBeVisible();
  const refused: string[] = [];
  context.on('response', (response) => {
    if (response.url().endsWith('/oauth2/token') && !response.ok()) refused.push(response.url());
  });
  const duplicate = new Site(await context.newPage());
  await duplicate.page.addInitScript((entries) => {
    for (const [key, value] of entries) sessionStorage.setItem(key, value);
  }, copied);
  await duplicate.open();
  await expect(duplicate.session).toBeVisible();
  await duplicate.renewButton.click();
  await expect(duplicate.page.getByText(/^Renewed at/)).toBeVisible();
  await expect.poll(async () => readTokens(signedInSite.page)).toEqual(await readTokens(duplicate.page));
  expect(refused).toEqual([]);
});

test('a tab that was on another site during a Logout does not come back signed in', async ({
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
