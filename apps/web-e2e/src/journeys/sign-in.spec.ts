import { expect, test } from '../fixtures';
import { readTokens } from '../held-tokens';

test('Login leads through the login page back to the site, which shows who is signed in', async ({
  site,
  loginPage,
  account,
  takePicture,
}) => {
  await site.open();
  await expect(site.loginButton).toBeVisible();
  await takePicture('guest');
  await site.loginButton.click();
  await expect(loginPage.username).toBeVisible();
  await takePicture('login-page');
  await loginPage.signIn(account);
  await expect(site.session).toContainText(account.username);
  await expect(site.logoutButton).toBeVisible();
  await expect(site.loginButton).toBeHidden();
});

test('after sign-in the address bar holds neither code nor state', async ({ signedInSite, deployment }) => {
  await expect(signedInSite.page).toHaveURL(`${deployment.siteUrl}/`);
});

test('a wrong password stays on the login page and says so', async ({
  site,
  loginPage,
  account,
  deployment,
}) => {
  await site.open();
  await site.loginButton.click();
  await loginPage.signIn({ username: account.username, password: 'Wrong-password-0' });
  await expect(loginPage.error).toBeVisible();
  await expect(loginPage.username).toBeVisible();
  expect(new URL(site.page.url()).origin).not.toBe(deployment.siteUrl);
});

test('a reload keeps the session', async ({ signedInSite, account }) => {
  await signedInSite.page.reload();
  await expect(signedInSite.session).toContainText(account.username);
  await signedInSite.fetchData();
  await expect(signedInSite.greeting).toContainText('Hello, World!');
});

test('after Logout, Login asks for a password again', async ({ signedInSite, loginPage, deployment }) => {
  await signedInSite.logoutButton.click();
  await expect(signedInSite.loginButton).toBeVisible();
  await expect(signedInSite.page).toHaveURL(`${deployment.siteUrl}/`);
  await signedInSite.loginButton.click();
  await expect(loginPage.password.or(loginPage.username).first()).toBeVisible();
  expect(new URL(signedInSite.page.url()).origin).not.toBe(deployment.siteUrl);
});

test('tokens are in neither localStorage nor cookies of the site, and not in the console', async ({
  site,
  loginPage,
  account,
  context,
  deployment,
}) => {
  const printed: string[] = [];
  site.page.on('console', (message) => printed.push(message.text()));
  await site.open();
  await site.loginButton.click();
  await loginPage.signIn(account);
  await site.fetchData();
  await expect(site.greeting).toContainText('Hello, World!');

  const { accessToken, idToken } = await readTokens(site.page);
  const stored = await site.page.evaluate(() => JSON.stringify(localStorage));
  const cookies = JSON.stringify(await context.cookies(deployment.siteUrl));
  for (const token of [accessToken, idToken]) {
    expect(stored).not.toContain(token);
    expect(cookies).not.toContain(token);
    expect(printed.join('\n')).not.toContain(token);
  }
});
