import { expect, test } from '../fixtures';

test('a callback that is over already leads to the login page, once', async ({ site, loginPage }) => {
  await site.open('/callback?code=old&state=old');
  await expect(loginPage.username).toBeVisible();
});

test('callbacks that are stale again and again do not go in circles', async ({
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
  await takePicture('login-did-not-finish');
});

test('a stale callback is nothing to who is signed in', async ({ signedInSite, account, deployment }) => {
  await signedInSite.open('/callback?code=old&state=old');
  await expect(signedInSite.session).toContainText(account.username);
  await expect(signedInSite.page).toHaveURL(`${deployment.siteUrl}/`);
});

test('a login that was refused says why, in words', async ({ site }) => {
  await site.open('/callback?error=access_denied&error_description=No&state=1');
  await expect(site.error).toHaveText('The login was cancelled or denied. Log in again.');
  await expect(site.loginButton).toBeVisible();
  expect(new URL(site.page.url()).search).toBe('');
});
