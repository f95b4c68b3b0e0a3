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

test('back and forward go through the pages, with their titles', async ({ signedInSite, deployment }) => {
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

test('Back after a login does not redeem it again', async ({ signedInSite, account, deployment }) => {
  const { page } = signedInSite;
  await signedInSite.follow('Session');
  await page.goBack();
  await page.goBack().catch(() => undefined); // to the login page, or what is left of it
  await page.goForward();
  await expect(signedInSite.session).toContainText(account.username);
  expect(page.url().startsWith(deployment.siteUrl)).toBe(true);
  await expect(signedInSite.error).toBeHidden();
});

test('greetings that were fetched are listed, newest first, and can be deleted', async ({
  signedInSite,
  takePicture,
}) => {
  const { page, greetings } = signedInSite;
  const name = `Ada ${crypto.randomUUID().slice(0, 8)}`;
  await signedInSite.fetchData(name);
  await expect(signedInSite.greeting).toContainText(`Hello, ${name}!`);
  await signedInSite.follow('Greetings');
  await expect(greetings.getByRole('listitem').first()).toContainText(`Hello, ${name}!`);
  await takePicture('greetings');
  await greetings.getByRole('button', { name: `Delete "Hello, ${name}!"` }).click();
  await expect(greetings.getByRole('button', { name: 'Keep it' })).toBeFocused();
  await takePicture('greetings-delete');
  await greetings.getByRole('button', { name: 'Delete it' }).click();
  await expect(greetings.getByRole('status')).toContainText('is deleted');
  await page.reload();
  await expect(greetings.getByRole('status')).toHaveText('');
  await expect(greetings).not.toContainText(name);
});
