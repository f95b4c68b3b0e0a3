import { expect, test } from '../fixtures';

test('a stale callback restarts the login', async ({ site, loginPage }) => {
  await site.open('/callback?code=old&state=old');
  await expect(loginPage.username).toBeVisible();
});

test('repeated stale callbacks restart the login once, then show an error', async ({
  site,
  takePicture,
  deployment,
}) => {
  let logins = 0;
  await site.page.route(/\/oauth2\/authorize/, (route) => {
    logins += 1;
    return route.fulfill({
      status: 302,
      headers: { location: `${deployment.siteUrl}/callback?code=1&state=2` },
    });
  });
  await site.open('/callback?code=old&state=old');
  await expect(site.error).toContainText('Log in again.');
  await expect(site.loginButton).toBeVisible();
  expect(logins).toBe(1);
  await takePicture('login-not-completed');
});

test('a stale callback keeps the session of a signed-in user', async ({
  signedInSite,
  account,
  deployment,
}) => {
  await signedInSite.open('/callback?code=old&state=old');
  await expect(signedInSite.session).toContainText(account.username);
  await expect(signedInSite.page).toHaveURL(`${deployment.siteUrl}/`);
});

test('a rejected login shows why', async ({ site }) => {
  await site.open('/callback?error=access_denied&error_description=No&state=1');
  await expect(site.error).toHaveText('The login was cancelled or denied. Log in again.');
  await expect(site.loginButton).toBeVisible();
  expect(new URL(site.page.url()).search).toBe('');
});
