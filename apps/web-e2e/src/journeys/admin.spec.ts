import { expect, test } from '../fixtures';

test.describe('an administrator', () => {
  test.skip(({ deployment }) => !deployment.adminAccount, 'E2E_ADMIN_USERNAME names no administrator');
  test.use({
    account: async ({ deployment: { adminAccount, account } }, use) => use(adminAccount ?? account),
  });

  test('sees the statistics on a page of the navigation', async ({ signedInSite, takePicture }) => {
    await signedInSite.fetchData();
    await expect(signedInSite.greeting).toContainText('Hello, World!');
    await signedInSite.follow('Admin');
    await expect(signedInSite.heading).toHaveText('Administration');
    await expect(signedInSite.statistics.getByRole('definition')).toHaveText(/^[1-9][\d,.]*$/);
    await takePicture('admin');
  });
});

test('another user sees no link to the page for administrators, and may not open it', async ({
  signedInSite,
  takePicture,
}) => {
  await expect(signedInSite.adminLink).toBeHidden();
  await signedInSite.open('/admin');
  await expect(signedInSite.heading).toHaveText('Not allowed');
  await expect(signedInSite.adminLink).toBeHidden();
  await expect(signedInSite.statistics).toBeHidden();
  await takePicture('admin-not-allowed');
});

test('a signed-out user must log in on the page for administrators', async ({ site }) => {
  await site.open('/admin');
  await expect(site.heading).toHaveText('Administration');
  await expect(site.page.getByRole('main').getByRole('button', { name: 'Log in' })).toBeVisible();
  await expect(site.statistics).toBeHidden();
});
