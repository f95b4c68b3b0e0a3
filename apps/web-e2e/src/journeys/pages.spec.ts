import { expect, test } from '../fixtures';

test('a deep link opens its page for a signed-in user', async ({ signedInSite, account }) => {
  await signedInSite.open('/session');
  await expect(signedInSite.session).toContainText(account.username);
});

test('a login returns to the deep link where it started', async ({
  site,
  loginPage,
  account,
  deployment,
}) => {
  await site.open('/session');
  await site.loginButton.click();
  await loginPage.signIn(account);
  await expect(site.session).toContainText(account.username);
  await expect(site.page).toHaveURL(`${deployment.siteUrl}/session`);
});

test('an unknown path shows "Page not found"', async ({ site, takePicture }) => {
  await site.open('/no/such/page');
  await expect(site.notFound).toBeVisible();
  await takePicture('page-not-found');
});

test('the Back and Forward buttons change the page and its title', async ({ signedInSite, deployment }) => {
  const { page } = signedInSite;
  await signedInSite.follow('Session');
  await expect(page).toHaveTitle(/^Your session · /);
  await signedInSite.open('/no/such/page');
  await expect(page).toHaveTitle(/^Page not found · /);
  await page.goBack();
  await expect(signedInSite.heading).toHaveText('Your session');
  await page.goBack();
  await expect(page).toHaveURL(`${deployment.siteUrl}/`);
  await expect(signedInSite.heading).not.toHaveText('Your session');
  await page.goForward();
  await expect(page).toHaveURL(`${deployment.siteUrl}/session`);
  await expect(page).toHaveTitle(/^Your session · /);
});

test('the Back button after a login does not redeem the code again', async ({
  signedInSite,
  account,
  deployment,
}) => {
  const { page } = signedInSite;
  await signedInSite.follow('Session');
  await page.goBack();
  await page.goBack().catch(() => undefined); // may fail on the login page
  await page.goForward();
  await expect(signedInSite.session).toContainText(account.username);
  expect(page.url().startsWith(deployment.siteUrl)).toBe(true);
  await expect(signedInSite.error).toBeHidden();
});

test('the product name in the header leads to the home page', async ({ site, deployment }) => {
  await site.open('/session');
  await site.page.getByRole('banner').getByRole('link').first().click();
  await expect(site.page).toHaveURL(`${deployment.siteUrl}/`);
  await expect(site.heading).toBeFocused();
});
