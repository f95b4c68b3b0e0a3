import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures';

/** Replaces the responses of the API with problem details. */
async function mockProblem(
  page: Page,
  status: number,
  problem: { title: string; detail?: string; requestId?: string },
  headers: Record<string, string> = {},
): Promise<void> {
  await page.unroute('**/api/greeting*');
  await page.route('**/api/greeting*', (route) =>
    route.fulfill({
      status,
      headers: { 'content-type': 'application/problem+json', ...headers },
      body: JSON.stringify({ type: 'about:blank', status, ...problem }),
    }),
  );
}

test('an offline page shows a notice, and works again when online', async ({
  signedInSite,
  context,
  faults,
  takePicture,
}) => {
  faults.expect(/ERR_INTERNET_DISCONNECTED/);
  await context.setOffline(true);
  await expect(signedInSite.offline).toBeVisible();
  await signedInSite.fetchData();
  await expect(signedInSite.error).toContainText('You are offline.');
  await takePicture('offline');
  await context.setOffline(false);
  await expect(signedInSite.offline).toBeHidden();
  await signedInSite.retryButton.click();
  await expect(signedInSite.greeting).toContainText('Hello, World!');
});

test('an offline logout signs out this site and explains what to do', async ({
  signedInSite,
  context,
  takePicture,
}) => {
  await context.setOffline(true);
  await signedInSite.logoutButton.click();
  await expect(signedInSite.error).toContainText('You’re signed out of this site');
  await expect(signedInSite.loginButton).toBeVisible();
  await takePicture('logged-out-offline');
  await signedInSite.loginButton.click();
  await expect(signedInSite.error).toContainText('could not be reached');
  await context.setOffline(false);
});

test('a 429 shows a countdown until the retry', async ({ signedInSite, faults, takePicture }) => {
  faults.expect(/status of 429/);
  const { page } = signedInSite;
  await mockProblem(page, 429, { title: 'Too Many Requests' }, { 'retry-after': '3' });
  await signedInSite.fetchData();
  await expect(signedInSite.error).toContainText('too many requests');
  await expect(page.getByRole('button', { name: /^Try again in \d s$/ })).toBeVisible();
  await takePicture('too-many-requests');
  await page.unroute('**/api/greeting*');
  await expect(signedInSite.retryButton).toHaveText('Try again');
  await signedInSite.retryButton.click();
  await expect(signedInSite.greeting).toContainText('Hello, World!');
});

test('a 500 shows the request ID and can be retried', async ({ signedInSite, faults, takePicture }) => {
  faults.expect(/status of 500/);
  const { page } = signedInSite;
  await mockProblem(page, 500, { title: 'Internal Server Error', requestId: 'c6af9ac6-7b61-11e6' });
  await signedInSite.fetchData('Ada');
  await expect(signedInSite.error).toContainText('request ID c6af9ac6-7b61-11e6');
  await expect(signedInSite.error).not.toContainText('{');
  await takePicture('api-failed');
  await page.unroute('**/api/greeting*');
  await signedInSite.retryButton.click();
  await expect(signedInSite.greeting).toContainText('Hello, Ada!');
  await expect(signedInSite.error).toBeHidden();
});

for (const [status, message] of [
  [403, 'your account does not have permission'],
  [404, 'It may have been deleted'],
] as const) {
  test(`a ${status} shows an explanation and no retry button`, async ({
    signedInSite,
    faults,
    takePicture,
  }) => {
    faults.expect(new RegExp(`status of ${status}`));
    await mockProblem(signedInSite.page, status, { title: 'No', detail: 'A reason' });
    await signedInSite.fetchData();
    await expect(signedInSite.error).toContainText(message);
    await expect(signedInSite.retryButton).toBeHidden();
    await takePicture(`api-rejected-${status}`);
  });
}

test('an access token that the API does not accept leads to a login', async ({
  signedInSite,
  faults,
  takePicture,
}) => {
  faults.expect(/status of 401/);
  await signedInSite.page.route('**/api/greeting*', (route) =>
    route.fulfill({ status: 401, json: { message: 'The incoming token has expired' } }),
  );
  await signedInSite.fetchData();
  await expect(signedInSite.error).toContainText('The incoming token has expired.');
  await takePicture('token-not-accepted');
  await signedInSite.page.unroute('**/api/greeting*');
  await signedInSite.loginButton.click();
  await expect(signedInSite.session).toBeVisible();
  await signedInSite.fetchData();
  await expect(signedInSite.greeting).toContainText('Hello, World!');
});

test('a slow request can be cancelled', async ({ signedInSite, takePicture }) => {
  const { page } = signedInSite;
  let respond = () => {};
  const released = new Promise<void>((resolve) => (respond = resolve));
  await page.route('**/api/greeting*', async (route) => {
    await released;
    await route.continue().catch(() => undefined); // the request is already cancelled
  });
  await signedInSite.fetchData();
  await expect(signedInSite.greeting).toContainText('This is taking longer than usual.');
  await takePicture('slow-api');
  await signedInSite.cancelButton.click();
  await expect(signedInSite.greeting).toContainText('Cancelled.');
  respond();
  await page.unroute('**/api/greeting*');
  await signedInSite.fetchData();
  await expect(signedInSite.greeting).toContainText('Hello, World!');
});

test('a tab reloads when a new deployment has removed its chunks', async ({ signedInSite, faults }) => {
  faults.expect(/status of 404 .*\/assets\/not-found-page/);
  const { page } = signedInSite;
  const loads: string[] = [];
  page.on('request', (request) => {
    if (request.isNavigationRequest()) loads.push(new URL(request.url()).pathname);
  });
  await page.route('**/assets/not-found-page-*.js', (route) => route.fulfill({ status: 404 }), { times: 1 });
  await signedInSite.navigate('/no/such/page');
  await expect(signedInSite.notFound).toBeVisible();
  expect(loads).toEqual(['/no/such/page']);
});

for (const [kind, name, response] of [
  ['missing', 'config-missing', { status: 404, body: 'no' }],
  [
    'malformed',
    'config-malformed',
    { status: 200, contentType: 'application/json', body: '{"schemaVersion":1' },
  ],
  ['for another version', 'config-other-version', { status: 200, json: { schemaVersion: 2 } }],
] as const) {
  test(`a configuration that is ${kind} shows an error page`, async ({ site, faults, takePicture }) => {
    if (response.status === 404) faults.expect(/status of 404/);
    await site.page.route('**/config.json', (route) => route.fulfill(response));
    await site.open();
    await expect(site.heading).toHaveText('Configuration problem');
    await expect(site.error).toBeVisible();
    await takePicture(name);
  });
}
