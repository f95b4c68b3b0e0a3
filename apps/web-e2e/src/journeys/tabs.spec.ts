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

test('tabs that renew at the same time ask once, and both hold what came', async ({
  signedInSite,
  context,
}) => {
  const before = await readTokens(signedInSite.page);
  const second = new Site(await context.newPage());
  await second.open();
  await expect(second.session).toBeVisible();
  const renewals: string[] = [];
  context.on('request', (request) => {
    if (request.postData()?.includes('grant_type=refresh_token')) renewals.push(request.url());
  });
  await Promise.all([signedInSite.renewButton.click(), second.renewButton.click()]);
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
