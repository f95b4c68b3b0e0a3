import { expect, test } from '../fixtures';

test('a deep link opens its page for who is signed in', async ({ signedInSite, account }) => {
  await signedInSite.open('/session');
  await expect(signedInSite.session).toContainText(account.username);
});

test('a deep link is where one is after login', async ({ site, loginPage, account, deployment }) => {
  await site.open('/session');
  await site.loginButton.click();
  await loginPage.signIn(account);
  await expect(site.session).toContainText(account.username);
  await expect(site.page).toHaveURL(`${deployment.siteUrl}/session`);
});

test('an unknown path shows that there is no such page', async ({ site, takePicture }) => {
  await site.open('/no/such/page');
  await expect(site.notFound).toBeVisible();
  await takePicture('page-not-found');
});
