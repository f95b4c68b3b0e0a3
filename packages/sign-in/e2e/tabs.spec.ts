import { expect, type Tab, test } from './fixtures';

async function openTabs(openTab: () => Promise<Tab>, count: number): Promise<[Tab, ...Tab[]]> {
  const first = await openTab();
  await first.logIn();
  const others: Tab[] = [];
  while (others.length < count - 1) others.push(await openTab());
  for (const tab of others) await expect(tab.signedIn).toBeVisible();
  return [first, ...others];
}

test('a new tab takes over the session without a request to Cognito', async ({ openTab, tokenRequests }) => {
  const [first, second] = await openTabs(openTab, 2);
  expect(tokenRequests.map((form) => form.get('grant_type'))).toEqual(['authorization_code']);
  expect(await second?.tokens()).toEqual(await first.tokens());
});

test('a login in one tab signs in a tab that is already open', async ({ openTab }) => {
  const [first, second] = [await openTab(), await openTab()];
  await expect(second.signedOut).toBeVisible();
  await first.logIn();
  await expect(second.signedIn).toBeVisible();
});

for (const count of [2, 5]) {
  test(`exactly one of ${count} tabs renews, and the others take over its tokens`, async ({
    openTab,
    tokenRequests,
  }) => {
    const tabs = await openTabs(openTab, count);
    const before = await tabs[0].tokens();
    tokenRequests.length = 0;
    await Promise.all(tabs.map((tab) => tab.letExpireSoon()));
    await Promise.all(tabs.map((tab) => tab.wake()));
    for (const tab of tabs) {
      await expect.poll(async () => (await tab.tokens())?.access_token).not.toBe(before?.access_token);
    }
    const after = await Promise.all(tabs.map((tab) => tab.tokens()));
    expect(new Set(after.map((tokens) => tokens?.refresh_token)).size).toBe(1);
    expect(tokenRequests.map((form) => form.get('refresh_token'))).toEqual([before?.refresh_token]);
  });
}

test('tabs renew in turn with refresh token rotation, and use each refresh token once', async ({
  openTab,
  tokenRequests,
}) => {
  const tabs = await openTabs(openTab, 2);
  tokenRequests.length = 0;
  for (const tab of [...tabs, ...tabs]) {
    const before = await tab.tokens();
    await tab.renew();
    for (const each of tabs) {
      await expect.poll(async () => (await each.tokens())?.refresh_token).not.toBe(before?.refresh_token);
    }
    await expect(tab.error).toBeHidden();
  }
  expect(new Set(tokenRequests.map((form) => form.get('refresh_token'))).size).toBe(4);
});

test('a logout in one of 5 tabs signs out all, also at Cognito', async ({ openTab }) => {
  const tabs = await openTabs(openTab, 5);
  const [first, second] = tabs;
  await first.logOut();
  for (const tab of tabs) {
    await expect(tab.signedOut).toBeVisible();
    expect(await tab.tokens()).toBe(undefined);
  }
  await second?.page.getByRole('button', { name: 'Log in' }).click();
  await expect(second?.loginPage ?? first.loginPage).toBeVisible();
});

test('a logout while the browser is offline signs out all tabs and stays on the page', async ({
  context,
  openTab,
}) => {
  const [first, second] = await openTabs(openTab, 2);
  await context.setOffline(true);
  await first.logOut();
  await expect(first.error).toContainText('offline');
  await expect(first.signedOut).toBeVisible();
  await expect(second?.signedOut ?? first.signedOut).toBeVisible();
});

test('a stale callback keeps the session; without one, it restarts the login', async ({ openTab }) => {
  const tab = await openTab();
  const callback = await tab.logIn();
  await tab.page.goto(callback);
  await expect(tab.signedIn).toBeVisible();
  await tab.logOut();
  await expect(tab.signedOut).toBeVisible();
  await tab.page.goto(callback);
  await expect(tab.loginPage).toBeVisible();
});

test('a reload keeps the session', async ({ openTab, tokenRequests }) => {
  const tab = await openTab();
  await tab.logIn();
  const before = await tab.tokens();
  await tab.page.reload();
  await expect(tab.signedIn).toBeVisible();
  expect(await tab.tokens()).toEqual(before);
  expect(tokenRequests).toHaveLength(1);
});

test('closing the last tab ends the session', async ({ openTab }) => {
  for (const tab of await openTabs(openTab, 2)) await tab.page.close();
  const tab = await openTab();
  await expect(tab.signedOut).toBeVisible();
  expect(await tab.tokens()).toBe(undefined);
});

test('a page without storage fails at once', async ({ context, openTab }) => {
  await context.addInitScript(() => {
    Object.defineProperty(window, 'sessionStorage', {
      get: () => {
        throw new DOMException('Access is denied for this document.', 'SecurityError');
      },
    });
  });
  const [error] = await Promise.all([context.waitForEvent('weberror'), openTab()]);
  expect(error.error().message).toContain('The browser blocks storage for this site.');
});
