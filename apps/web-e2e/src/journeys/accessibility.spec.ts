import type { Page } from '@playwright/test';
import { expect, expectAccessible, test } from '../fixtures';

/** Presses the Tab key until the element with this name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  const focused = () =>
    page.evaluate(() => {
      const element = document.activeElement;
      return element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : element?.textContent;
    });
  for (let presses = 0; presses < 30; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await focused())?.trim() === name) return;
  }
  throw new Error(`The Tab key does not reach "${name}" on ${page.url()}`);
}

test('the site can be used with only the keyboard', async ({
  site,
  account,
  loginPage,
  deployment,
  takePicture,
}) => {
  test.skip(!deployment.local, "Cognito's own login page is not under test");
  const { page } = site;
  await site.open();
  await expect(site.loginButton).toBeVisible();
  await tabTo(page, 'Skip to content');
  await takePicture('skip-link');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  await tabTo(page, 'Fetch Data');
  await page.reload();
  await tabTo(page, 'Log in');
  await page.keyboard.press('Enter');
  await expect(loginPage.username).toBeFocused();
  await page.keyboard.type(account.username);
  await page.keyboard.press('Tab');
  if (!(await loginPage.password.isVisible())) await page.keyboard.press('Enter');
  await loginPage.password.focus();
  await page.keyboard.type(account.password);
  await page.keyboard.press('Enter');
  await expect(site.logoutButton).toBeVisible();
  await tabTo(page, 'Name to greet');
  await page.keyboard.type('Ada');
  await page.keyboard.press('Enter');
  await expect(site.greeting).toContainText('Hello, Ada!');
  await page.keyboard.press('Home');
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await tabTo(page, 'Session');
  await page.keyboard.press('Enter');
  await expect(site.heading).toBeFocused();
  await expect(site.heading).toHaveText('Your session');
  await tabTo(page, 'Log out');
  await page.keyboard.press('Enter');
  await expect(site.loginButton).toBeVisible();
});

test('all pages fit a window of 320 pixels', async ({ signedInSite, takePicture }) => {
  const { page } = signedInSite;
  await page.setViewportSize({ width: 320, height: 640 });
  await signedInSite.fetchData('Wolfeschlegelsteinhausenbergerdorff-'.repeat(2));
  await expect(signedInSite.greeting).toContainText('Hello, Wolfe');
  await takePicture('narrow-home');
  for (const link of (await signedInSite.links.allTextContents()).slice(1)) {
    await signedInSite.follow(link);
    await expect(signedInSite.heading).toBeFocused();
    await page.waitForLoadState('networkidle');
    await takePicture(`narrow-${link.toLowerCase()}`);
  }
  await signedInSite.logoutButton.click();
  await expect(signedInSite.loginButton).toBeVisible();
  await takePicture('narrow-signed-out');
});

test('the home page fits when the text is twice as large', async ({ signedInSite }) => {
  await signedInSite.page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
  await expectAccessible(signedInSite.page);
});

test('pages load without layout shifts, signed in and signed out', async ({ site, signedInSite }) => {
  const { page } = site;
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
    }).observe({ type: 'layout-shift', buffered: true });
  });
  const layoutShift = () =>
    page.evaluate(() =>
      (window as unknown as { shifts: number[] }).shifts.reduce((sum, value) => sum + value, 0),
    );
  const paths = await site.links.evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
  for (const path of paths) {
    await site.open(path);
    await expect(signedInSite.logoutButton).toBeVisible();
    await page.waitForLoadState('networkidle');
    expect(await layoutShift(), `${path}, signed in`).toBeLessThan(0.01);
  }
  await page.evaluate(() => sessionStorage.clear());
  await site.open();
  await expect(site.loginButton).toBeVisible();
  await page.waitForLoadState('networkidle');
  expect(await layoutShift(), 'signed out').toBeLessThan(0.01);
});

test('a printed page shows the content without controls', async ({ signedInSite }) => {
  const { page, session } = signedInSite;
  await signedInSite.fetchData();
  await expect(signedInSite.greeting).toContainText('Hello, World!');
  await page.emulateMedia({ media: 'print' });
  await expect(session).toBeVisible();
  await expect(signedInSite.greeting).toBeVisible();
  await expect(page.getByRole('button')).toHaveCount(0);
  await expect(signedInSite.links).toHaveCount(0);
});

test('forced colors show the current page and how far a request got', async ({ signedInSite }) => {
  const { page } = signedInSite;
  await signedInSite.fetchData();
  await expect(signedInSite.greeting).toContainText('Hello, World!');
  await page.emulateMedia({ forcedColors: 'active' });
  await expect(signedInSite.links.first()).toHaveCSS('text-decoration-line', 'underline');
  await expect(signedInSite.links.last()).toHaveCSS('text-decoration-line', 'none');
  const dots = await page
    .getByRole('list', { name: 'Request path' })
    .getByRole('listitem')
    .evaluateAll((hops) =>
      hops.map((hop) => {
        const { backgroundColor, forcedColorAdjust } = getComputedStyle(
          hop,
          '::before',
        ) as CSSStyleDeclaration & {
          forcedColorAdjust: string;
        };
        return [forcedColorAdjust, backgroundColor !== getComputedStyle(document.body).backgroundColor];
      }),
    );
  expect(dots).toEqual(Array(4).fill(['none', true]));
});
