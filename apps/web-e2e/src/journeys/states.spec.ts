import { expect, test } from '../fixtures';

test('the page shows a skeleton, and text for screen readers, while it loads', async ({
  site,
  takePicture,
}) => {
  let respond = () => {};
  const released = new Promise<void>((resolve) => (respond = resolve));
  await site.page.route('**/config.json', async (route) => {
    await released;
    await route.continue();
  });
  await site.open();
  await expect(site.page.getByText('Loading …')).toBeAttached();
  await takePicture('loading');
  respond();
  await expect(site.loginButton).toBeVisible();
});

test('an empty list of greetings explains how to save one', async ({ signedInSite, takePicture }) => {
  const { page, greetings } = signedInSite;
  await page.route('**/api/greetings*', (route) => route.fulfill({ json: { items: [] } }));
  await signedInSite.follow('Greetings');
  await expect(greetings).toContainText('No greetings yet');
  await takePicture('greetings-empty');
  await expect(signedInSite.saveButton).toBeVisible();
});

test('the list of greetings shows that it is loading, and an error when loading fails', async ({
  signedInSite,
  faults,
  takePicture,
}) => {
  faults.expect(/status of 500/);
  const { page, greetings } = signedInSite;
  let respond = () => {};
  const released = new Promise<void>((resolve) => (respond = resolve));
  await page.route('**/api/greetings*', async (route) => {
    await released;
    await route.fulfill({ status: 500, json: { message: 'Internal server error' } });
  });
  await signedInSite.follow('Greetings');
  await expect(greetings.getByRole('status')).toHaveText('Loading your greetings …');
  await takePicture('greetings-loading');
  respond();
  await expect(signedInSite.error).toContainText('The API failed (500).');
  await takePicture('greetings-failed');
  await page.unroute('**/api/greetings*');
  await signedInSite.retryButton.click();
  await expect(signedInSite.error).toBeHidden();
});

test('a missing chunk shows the crash page, which can be reloaded', async ({
  signedInSite,
  faults,
  takePicture,
}) => {
  faults.expect(/status of 404 .*\/assets\/session-page/);
  faults.expect(/Failed to fetch dynamically imported module/);
  const { page } = signedInSite;
  await page.route('**/assets/session-page-*.js', (route) => route.fulfill({ status: 404 }));
  await signedInSite.follow('Session');
  await expect(signedInSite.heading).toHaveText('Application error');
  await takePicture('crash');
  await page.unroute('**/assets/session-page-*.js');
  await page.getByRole('button', { name: 'Reload the page' }).click();
  await expect(signedInSite.heading).toHaveText('Your session');
});
