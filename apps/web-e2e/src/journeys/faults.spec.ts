import { expect, test } from '../fixtures';

test('an API that is down shows an error, and a retry works when it is up again', async ({
  signedInSite,
  injection,
  faults,
  takePicture,
}) => {
  faults.expect(/status of 503/);
  await injection.set({ api: { mode: 'down' } });
  await signedInSite.fetchData('Ada');
  await expect(signedInSite.error).toContainText('The API is not available (503).');
  await takePicture('api-down');
  await injection.set({ api: { mode: 'normal' } });
  await signedInSite.retryButton.click();
  await expect(signedInSite.greeting).toContainText('Hello, Ada!');
});

test('an API that fails shows the request ID for support', async ({ signedInSite, injection, faults }) => {
  faults.expect(/status of 500/);
  await injection.set({ api: { mode: 'failing' } });
  await signedInSite.fetchData();
  await expect(signedInSite.error).toContainText('The API failed (500).');
  await expect(signedInSite.error).toContainText(/request ID \S+/);
});

test('a throttled call shows a countdown until the retry', async ({ signedInSite, injection, faults }) => {
  faults.expect(/status of 429/);
  await injection.set({ throttle: { forced: true } });
  await signedInSite.fetchData();
  await expect(signedInSite.error).toContainText('too many requests');
  await expect(signedInSite.page.getByRole('button', { name: /^Try again in \d s$/ })).toBeVisible();
  await injection.set({ throttle: { forced: false } });
  await expect(signedInSite.retryButton).toHaveText('Try again');
  await signedInSite.retryButton.click();
  await expect(signedInSite.greeting).toContainText('Hello, World!');
});

test('a slow call can be cancelled until its greeting arrives', async ({ signedInSite, injection }) => {
  await injection.set({ api: { delayMs: 3000 } });
  await signedInSite.fetchData();
  await expect(signedInSite.cancelButton).toBeVisible();
  await expect(signedInSite.greeting).toContainText('Hello, World!');
  await expect(signedInSite.cancelButton).toBeHidden();
});

test('a token that API Gateway treats as expired is renewed, and the call is repeated', async ({
  signedInSite,
  injection,
  faults,
}) => {
  faults.expect(/status of 401/);
  await injection.run('expire-tokens');
  await signedInSite.fetchData();
  await expect(signedInSite.greeting).toContainText('Hello, World!');
});

test('expired tokens of a revoked session lead to a login', async ({ signedInSite, injection, faults }) => {
  faults.expect(/status of 401/);
  faults.expect(/status of 400 .*\/oauth2\/token/);
  await injection.run('expire-tokens');
  await injection.run('revoke-tokens');
  await signedInSite.fetchData();
  for (const text of ['Your session has ended.', 'your access token was not accepted']) {
    await expect(signedInSite.error.filter({ hasText: text })).toBeVisible();
  }
  await expect(signedInSite.loginButton.first()).toBeVisible();
});

test('a session that was revoked elsewhere ends at the next renewal', async ({
  signedInSite,
  injection,
  faults,
  loginPage,
  account,
}) => {
  faults.expect(/status of 400 .*\/oauth2\/token/);
  await signedInSite.nameField.fill('Grace');
  await injection.run('revoke-tokens');
  await signedInSite.renewButton.click();
  await expect(signedInSite.error).toContainText('Your session has ended.');
  await signedInSite.loginButton.click();
  await loginPage.signIn(account);
  await expect(signedInSite.nameField).toHaveValue('Grace');
  await signedInSite.fetchData();
  await expect(signedInSite.greeting).toContainText('Hello, Grace!');
});
