import { expect, test } from '../fixtures';

const UNAUTHORIZED = /console error: .* status of 401 .*\/api\/greeting/;

test('"Fetch Data" shows an error before login', async ({ site, faults, takePicture }) => {
  faults.expect(UNAUTHORIZED);
  await site.open();
  await site.fetchData();
  await expect(site.error).toContainText(/log in/i);
  await expect(site.greeting).not.toContainText('Hello');
  await takePicture('fetch-before-login');
});

test('"Fetch Data" shows a greeting after login', async ({ signedInSite, takePicture }) => {
  await takePicture('signed-in');
  await signedInSite.fetchData();
  await expect(signedInSite.greeting).toContainText('Hello, World!');
  await expect(signedInSite.error).toBeHidden();
  await takePicture('greeting');
});

test('the greeting is still shown after a visit to another page', async ({ signedInSite }) => {
  await signedInSite.fetchData('Katherine');
  await expect(signedInSite.greeting).toContainText('Hello, Katherine!');
  await signedInSite.follow('Session');
  await signedInSite.follow('Home');
  await expect(signedInSite.greeting).toContainText('Hello, Katherine!');
});

test('HTML in a name is shown as text', async ({ signedInSite }) => {
  await signedInSite.fetchData('<b>Zoë</b> & 李');
  await expect(signedInSite.greeting).toContainText('Hello, <b>Zoë</b> & 李!');
});

test('"Fetch Data" shows an error after logout', async ({ signedInSite, faults }) => {
  faults.expect(UNAUTHORIZED);
  await signedInSite.logoutButton.click();
  await expect(signedInSite.loginButton).toBeVisible();
  await signedInSite.fetchData();
  await expect(signedInSite.error).toContainText(/log in/i);
});
