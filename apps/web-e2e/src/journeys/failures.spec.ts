import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures';

/** The API answers like this from now on. */
async function apiAnswers(
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

test('without a network the page says so, and goes on when there is one', async ({
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

test('who logs out without a network is logged out here, and told the rest', async ({
  signedInSite,
  context,
  faults,
  takePicture,
}) => {
  faults.expect(/ERR_INTERNET_DISCONNECTED .*\/oauth2\/revoke/);
  await context.setOffline(true);
  await signedInSite.logoutButton.click();
  await expect(signedInSite.error).toContainText('You are logged out of this site.');
  await expect(signedInSite.loginButton).toBeVisible();
  await takePicture('logged-out-offline');
  await signedInSite.loginButton.click();
  await expect(signedInSite.error).toContainText('could not be reached');
  await context.setOffline(false);
});

test('too many requests: the page counts down to when it is worth trying again', async ({
  signedInSite,
  faults,
  takePicture,
}) => {
  faults.expect(/status of 429/);
  const { page } = signedInSite;
  await apiAnswers(page, 429, { title: 'Too Many Requests' }, { 'retry-after': '3' });
  await signedInSite.fetchData();
  await expect(signedInSite.error).toContainText('too many requests');
  await expect(page.getByRole('button', { name: /^Try again in \d s$/ })).toBeVisible();
  await takePicture('too-many-requests');
  await page.unroute('**/api/greeting*');
  await expect(signedInSite.retryButton).toHaveText('Try again');
  await signedInSite.retryButton.click();
  await expect(signedInSite.greeting).toContainText('Hello, World!');
});

test('a failure of the API gives the request to quote, and can be tried again', async ({
  signedInSite,
  faults,
  takePicture,
}) => {
  faults.expect(/status of 500/);
  const { page } = signedInSite;
  await apiAnswers(page, 500, { title: 'Internal Server Error', requestId: 'c6af9ac6-7b61-11e6' });
  await signedInSite.fetchData('Ada');
  await expect(signedInSite.error).toContainText('quote request c6af9ac6-7b61-11e6');
  await expect(signedInSite.error).not.toContainText('{');
  await takePicture('api-failed');
  await page.unroute('**/api/greeting*');
  await signedInSite.retryButton.click();
  await expect(signedInSite.greeting).toContainText('Hello, Ada!');
  await expect(signedInSite.error).toBeHidden();
});

for (const [status, says] of [
  [403, 'your account may not do this'],
  [404, 'there is no such thing'],
] as const) {
  test(`${status} is told in words, and not tried again in vain`, async ({
    signedInSite,
    faults,
    takePicture,
  }) => {
    faults.expect(new RegExp(`status of ${status}`));
    await apiAnswers(signedInSite.page, status, { title: 'No', detail: 'So it is' });
    await signedInSite.fetchData();
    await expect(signedInSite.error).toContainText(says);
    await expect(signedInSite.retryButton).toBeHidden();
    await takePicture(`api-refused-${status}`);
  });
}

test('a session that the API does not accept leads to a login', async ({
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
  await takePicture('session-not-accepted');
  await signedInSite.page.unroute('**/api/greeting*');
  await signedInSite.loginButton.click();
  await expect(signedInSite.session).toBeVisible();
  await signedInSite.fetchData();
  await expect(signedInSite.greeting).toContainText('Hello, World!');
});

test('a slow API can be waited for, or not', async ({ signedInSite, takePicture }) => {
  const { page } = signedInSite;
  let answer = () => {};
  const asked = new Promise<void>((resolve) => (answer = resolve));
  await page.route('**/api/greeting*', async (route) => {
    await asked;
    await route.continue().catch(() => undefined); // nobody waits for it any more
  });
  await signedInSite.fetchData();
  await expect(signedInSite.greeting).toContainText('This takes longer than usual.');
  await takePicture('slow-api');
  await signedInSite.cancelButton.click();
  await expect(signedInSite.greeting).toContainText('Cancelled.');
  answer();
  await page.unroute('**/api/greeting*');
  await signedInSite.fetchData();
  await expect(signedInSite.greeting).toContainText('Hello, World!');
});

test('a tab that outlives a deployment loads the page again, once', async ({ site, loginPage, faults }) => {
  faults.expect(/status of 40[34] .*\/assets\/sign-in-parts/);
  const { page } = site;
  const loads: string[] = [];
  page.on('request', (request) => {
    if (request.isNavigationRequest()) loads.push(new URL(request.url()).pathname);
  });
  await page.route('**/assets/sign-in-parts-*.js', (route) => route.fulfill({ status: 404 }));
  await site.open();
  await site.loginButton.click();
  await expect.poll(() => loads).toEqual(['/', '/']);
  await expect(site.loginButton).toHaveAttribute('aria-disabled', 'false');
  await site.loginButton.click(); // still gone: told, and not loaded again
  await expect(site.error).toContainText('could not be reached');
  expect(loads).toEqual(['/', '/']);
  await page.unroute('**/assets/sign-in-parts-*.js');
  await page.reload();
  await site.loginButton.click();
  await expect(loginPage.username).toBeVisible();
});

for (const [what, name, answer] of [
  ['missing', 'config-missing', { status: 404, body: 'no' }],
  [
    'malformed',
    'config-malformed',
    { status: 200, contentType: 'application/json', body: '{"schemaVersion":1' },
  ],
  ['of another version', 'config-other-version', { status: 200, json: { schemaVersion: 2 } }],
] as const) {
  test(`a configuration that is ${what} is told with what to do`, async ({ site, faults, takePicture }) => {
    if (answer.status === 404) faults.expect(/status of 404/);
    await site.page.route('**/config.json', (route) => route.fulfill(answer));
    await site.open();
    await expect(site.heading).toHaveText('Configuration problem');
    await expect(site.error).toBeVisible();
    await takePicture(name);
  });
}
