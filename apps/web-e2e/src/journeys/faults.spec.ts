import { test as base, expect } from '../fixtures';
import { readTokens } from '../held-tokens';
import { FaultInjection } from '../fault-injection';

/** Tests that switch things off, and find everything as usual again. */
const test = base.extend<{ switches: FaultInjection }>({
  switches: async ({ request, deployment }, use) => {
    test.skip(deployment.consoleUrl === undefined, 'a deployment has no switches');
    const switches = new FaultInjection(request, deployment.consoleUrl ?? '');
    await switches.run('reset');
    await use(switches);
    await switches.run('reset');
  },
});

test('the API is down: the page says that it is not available, and goes on when it is', async ({
  signedInSite,
  switches,
  faults,
  takePicture,
}) => {
  faults.expect(/status of 503/);
  await switches.set({ api: { mode: 'down' } });
  await signedInSite.fetchData('Ada');
  await expect(signedInSite.error).toContainText('not available just now (503)');
  await takePicture('api-down');
  await switches.set({ api: { mode: 'normal' } });
  await signedInSite.retryButton.click();
  await expect(signedInSite.greeting).toContainText('Hello, Ada!');
});

test('the API fails: the page tells which request to quote', async ({ signedInSite, switches, faults }) => {
  faults.expect(/status of 500/);
  await switches.set({ api: { mode: 'failing' } });
  await signedInSite.fetchData();
  await expect(signedInSite.error).toContainText('The API failed (500).');
  await expect(signedInSite.error).toContainText(/quote request \S+/);
});

test('API Gateway throttles: the page says when to try again', async ({ signedInSite, switches, faults }) => {
  faults.expect(/status of 429/);
  await switches.set({ throttle: { forced: true } });
  await signedInSite.fetchData();
  await expect(signedInSite.error).toContainText('too many requests');
  await expect(signedInSite.page.getByRole('button', { name: /^Try again in \d s$/ })).toBeVisible();
  await switches.set({ throttle: { forced: false } });
  await expect(signedInSite.retryButton).toHaveText('Try again');
  await signedInSite.retryButton.click();
  await expect(signedInSite.greeting).toContainText('Hello, World!');
});

test('the API is slow: one can wait for it', async ({ signedInSite, switches }) => {
  await switches.set({ api: { delayMs: 3000 } });
  await signedInSite.fetchData();
  await expect(signedInSite.cancelButton).toBeVisible();
  await expect(signedInSite.greeting).toContainText('Hello, World!');
  await expect(signedInSite.cancelButton).toBeHidden();
});

test('tokens the gateway takes for expired lead to a login, which works', async ({
  signedInSite,
  switches,
  faults,
}) => {
  faults.expect(/status of 401/);
  await switches.run('expire-tokens');
  await signedInSite.fetchData();
  await expect(signedInSite.error).toContainText('your session was not accepted');
  await expect(signedInSite.loginButton).toBeVisible();
});

test('a session that was revoked elsewhere ends with the next renewal', async ({
  signedInSite,
  switches,
  faults,
  loginPage,
  account,
}) => {
  faults.expect(/status of 400 .*\/oauth2\/token/);
  await readTokens(signedInSite.page);
  await signedInSite.nameField.fill('Grace');
  await switches.run('revoke-tokens');
  await signedInSite.renewButton.click();
  await expect(signedInSite.error).toContainText('Your session has ended.');
  await signedInSite.loginButton.click();
  await loginPage.signIn(account);
  await expect(signedInSite.nameField).toHaveValue('Grace');
  await signedInSite.fetchData();
  await expect(signedInSite.greeting).toContainText('Hello, Grace!');
});
