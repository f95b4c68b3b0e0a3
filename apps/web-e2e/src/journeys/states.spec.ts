import { expect, test } from '../fixtures';

test('while the page builds up there is its outline, and words for who cannot see it', async ({
  site,
  takePicture,
}) => {
  let configured = () => {};
  const wait = new Promise<void>((resolve) => (configured = resolve));
  await site.page.route('**/config.json', async (route) => {
    await wait;
    await route.continue();
  });
  await site.open();
  await expect(site.page.getByText('Loading …')).toBeAttached();
  await takePicture('loading');
  configured();
  await expect(site.loginButton).toBeVisible();
});

test('who has no greetings yet is told where they come from', async ({ signedInSite, takePicture }) => {
  const { page, greetings } = signedInSite;
  await page.route('**/api/greetings*', (route) => route.fulfill({ json: { items: [] } }));
  await signedInSite.follow('Greetings');
  await expect(greetings).toContainText('No greetings yet');
  await takePicture('greetings-empty');
  await greetings.getByRole('link').click();
  await expect(signedInSite.fetchButton).toBeVisible();
});

test('greetings that are slow to come are announced, those that do not come explained', async ({
  signedInSite,
  faults,
  takePicture,
}) => {
  faults.expect(/status of 500/);
  const { page, greetings } = signedInSite;
  let answered = () => {};
  const wait = new Promise<void>((resolve) => (answered = resolve));
  await page.route('**/api/greetings*', async (route) => {
    await wait;
    await route.fulfill({ status: 500, json: { message: 'Internal server error' } });
  });
  await signedInSite.follow('Greetings');
  await expect(greetings.getByRole('status')).toHaveText('Loading your greetings …');
  await takePicture('greetings-loading');
  answered();
  await expect(signedInSite.error).toContainText('The API failed (500).');
  await takePicture('greetings-failed');
  await page.unroute('**/api/greetings*');
  await signedInSite.retryButton.click();
  await expect(signedInSite.error).toBeHidden();
});

test('a page whose parts are gone for good says so, and can be loaded again', async ({
  signedInSite,
  faults,
  takePicture,
}) => {
  faults.expect(/status of 404 .*\/assets\/signed-in-parts/);
  faults.expect(/Failed to fetch dynamically imported module/);
  const { page } = signedInSite;
  await page.route('**/assets/signed-in-parts-*.js', (route) => route.fulfill({ status: 404 }));
  await page.reload();
  await expect(signedInSite.heading).toHaveText('Something broke');
  await takePicture('broken');
  await page.unroute('**/assets/signed-in-parts-*.js');
  await page.getByRole('button', { name: 'Load again' }).click();
  await expect(signedInSite.session).toBeVisible();
});
