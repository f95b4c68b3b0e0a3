import { expect, test as base } from '../fixtures';
import { SavedGreetings } from '../pages/saved-greetings';

const test = base.extend<{ greetings: SavedGreetings }>({
  greetings: async ({ page }, use) => use(new SavedGreetings(page)),
});

test('saved greetings are listed newest first and can be deleted', async ({
  signedInSite,
  greetings,
  takePicture,
}) => {
  const { page } = signedInSite;
  const name = `Ada ${crypto.randomUUID().slice(0, 8)}`;
  await signedInSite.follow('Greetings');
  await greetings.save(name);
  await expect(greetings.panel.getByRole('status')).toContainText('was saved');
  await expect(greetings.panel.getByRole('listitem').first()).toContainText(`Hello, ${name}!`);
  await takePicture('greetings');
  await greetings.panel.getByRole('button', { name: `Delete "Hello, ${name}!"` }).click();
  await expect(greetings.panel.getByRole('button', { name: 'Keep it' })).toBeFocused();
  await takePicture('greetings-delete');
  await greetings.panel.getByRole('button', { name: 'Delete it' }).click();
  await expect(greetings.panel.getByRole('status')).toContainText('was deleted');
  await page.reload();
  await expect(greetings.panel.getByRole('status')).toHaveText('');
  await expect(greetings.panel).not.toContainText(name);
});

test('an empty list of greetings explains how to save one', async ({
  signedInSite,
  greetings,
  takePicture,
}) => {
  const { page } = signedInSite;
  await page.route('**/api/greetings*', (route) => route.fulfill({ json: { items: [] } }));
  await signedInSite.follow('Greetings');
  await expect(greetings.panel).toContainText('No greetings yet');
  await takePicture('greetings-empty');
  await expect(greetings.saveButton).toBeVisible();
});

test('the list of greetings shows that it is loading, and an error when loading fails', async ({
  signedInSite,
  greetings,
  faults,
  takePicture,
}) => {
  faults.expect(/status of 500/);
  const { page } = signedInSite;
  let respond = () => {};
  const released = new Promise<void>((resolve) => (respond = resolve));
  await page.route('**/api/greetings*', async (route) => {
    await released;
    await route.fulfill({ status: 500, json: { message: 'Internal server error' } });
  });
  await signedInSite.follow('Greetings');
  await expect(greetings.panel.getByRole('status')).toHaveText('Loading your greetings …');
  await takePicture('greetings-loading');
  respond();
  await expect(signedInSite.error).toContainText('The API failed (500).');
  await takePicture('greetings-failed');
  await page.unroute('**/api/greetings*');
  await signedInSite.retryButton.click();
  await expect(signedInSite.error).toBeHidden();
});
