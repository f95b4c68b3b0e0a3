import { expect, test } from '../fixtures';

test('a login goes to the login page and returns to the site, which shows the user', async ({
  site,
  loginPage,
  account,
  takePicture,
}) => {
  await site.open();
  await expect(site.loginButton).toBeVisible();
  await takePicture('signed-out');
  await site.loginButton.click();
  await expect(loginPage.username).toBeVisible();
  await takePicture('login-page');
  await loginPage.signIn(account);
  await expect(site.session).toContainText(account.username);
  await expect(site.logoutButton).toBeVisible();
  await expect(site.loginButton).toBeHidden();
});

test('the URL has no code and no state after login', async ({ signedInSite, deployment }) => {
  await expect(signedInSite.page).toHaveURL(`${deployment.siteUrl}/`);
});

test('the login page shows an error for a wrong password', async ({
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

test('a login after logout asks for the password', async ({ signedInSite, loginPage, deployment }) => {
  await signedInSite.logoutButton.click();
  await expect(signedInSite.loginButton).toBeVisible();
  await expect(signedInSite.page).toHaveURL(`${deployment.siteUrl}/`);
  await signedInSite.loginButton.click();
  await expect(loginPage.password.or(loginPage.username).first()).toBeVisible();
  expect(new URL(signedInSite.page.url()).origin).not.toBe(deployment.siteUrl);
});

test('tokens are not in localStorage, cookies or the console', async ({
  site,
  loginPage,
  account,
  context,
  deployment,
}) => {
  const messages: string[] = [];
  site.page.on('console', (message) => messages.push(message.text()));
  await site.open();
  await site.loginButton.click();
  await loginPage.signIn(account);
  await site.fetchData();
  await expect(site.greeting).toContainText('Hello, World!');

  const { accessToken, idToken } = await site.tokens();
  const stored = await site.page.evaluate(() => JSON.stringify(localStorage));
  const cookies = JSON.stringify(await context.cookies(deployment.siteUrl));
  for (const token of [accessToken, idToken]) {
    expect(stored).not.toContain(token);
    expect(cookies).not.toContain(token);
    expect(messages.join('\n')).not.toContain(token);
  }
});
