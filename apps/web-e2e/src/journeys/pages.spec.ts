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
  await expect(page).toHaveTitle('Your session · SPA on AWS');
  await signedInSite.follow('Greetings');
  await expect(page).toHaveTitle('Your greetings · SPA on AWS');
  await page.goBack();
  await expect(signedInSite.heading).toHaveText('Your session');
  await page.goBack();
  await expect(signedInSite.heading).toHaveText('Say hello, safely');
  await page.goForward();
  await expect(page).toHaveURL(`${deployment.siteUrl}/session`);
  await expect(page).toHaveTitle('Your session · SPA on AWS');
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

test('saved greetings are listed newest first and can be deleted', async ({ signedInSite, takePicture }) => {
  const { page, greetings } = signedInSite;
  const name = `Ada ${crypto.randomUUID().slice(0, 8)}`;
  await signedInSite.follow('Greetings');
  await signedInSite.saveGreeting(name);
  await expect(greetings.getByRole('status')).toContainText('was saved');
  await expect(greetings.getByRole('listitem').first()).toContainText(`Hello, ${name}!`);
  await takePicture('greetings');
  await greetings.getByRole('button', { name: `Delete "Hello, ${name}!"` }).click();
  await expect(greetings.getByRole('button', { name: 'Keep it' })).toBeFocused();
  await takePicture('greetings-delete');
  await greetings.getByRole('button', { name: 'Delete it' }).click();
  await expect(greetings.getByRole('status')).toContainText('was deleted');
  await page.reload();
  await expect(greetings.getByRole('status')).toHaveText('');
  await expect(greetings).not.toContainText(name);
});
