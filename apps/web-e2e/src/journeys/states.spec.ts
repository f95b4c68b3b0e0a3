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

test('a missing chunk shows the crash page, which can be reloaded', async ({
  signedInSite,
  faults,
  takePicture,
}) => {
  faults.expect(/status of 404 .*\/assets\/not-found-page/);
  faults.expect(/Failed to fetch dynamically imported module/);
  const { page } = signedInSite;
  await page.route('**/assets/not-found-page-*.js', (route) => route.fulfill({ status: 404 }));
  await signedInSite.navigate('/no/such/page');
  await expect(signedInSite.heading).toHaveText('Application error');
  await takePicture('crash');
  await page.unroute('**/assets/not-found-page-*.js');
  await page.getByRole('button', { name: 'Reload the page' }).click();
  await expect(signedInSite.notFound).toBeVisible();
});
