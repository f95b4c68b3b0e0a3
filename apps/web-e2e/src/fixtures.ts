import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import { collectFacts, type Facts } from './contract/facts';
import { type Account, type Deployment, localDeployment, namedDeployment } from './deployment';
import { FaultInjection } from './fault-injection';
import { PageFaults } from './page-faults';
import { LoginPage } from './pages/login-page';
import { Site } from './pages/site';
import { SignedInUser, type TokenResponse } from './signed-in-user';

export interface TestFixtures {
  /** Errors of all pages. Tests declare the expected ones; any other fails the test. */
  readonly faults: PageFaults;
  readonly account: Account;
  readonly site: Site;
  readonly loginPage: LoginPage;
  /** The site's start page after signing in on the login page. */
  readonly signedInSite: Site;
  /**
   * Stores screenshots of the page, light and dark, in the report and in `test-output/screenshots`, and checks the
   * accessibility of both.
   */
  readonly takePicture: (name: string) => Promise<void>;
  /** Injects faults into a local cloud, without faults before and after the test. */
  readonly injection: FaultInjection;
}

export interface WorkerFixtures {
  /** Name of the local cloud to test when no deployment is named. */
  readonly localCloud: string;
  readonly deployment: Deployment;
  /** The account, signed in without a page, for tests that call the API directly. */
  readonly user: SignedInUser;
  /** Tokens of `user`. */
  readonly tokens: TokenResponse;
  /** Facts about the deployment that the requests of the contract contain. */
  readonly facts: Facts;
}

/** Playwright's `test` with this suite's fixtures. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  localCloud: ['local-cloud', { scope: 'worker', option: true }],

  deployment: [
    async ({ localCloud }, use) => use(namedDeployment() ?? localDeployment(localCloud)),
    { scope: 'worker' },
  ],

  user: [
    async ({ browser, deployment }, use) => {
      const user = await SignedInUser.signIn(browser, deployment, deployment.account);
      await use(user);
      await user.close();
    },
    { scope: 'worker' },
  ],

  tokens: [async ({ user }, use) => use(await user.tokens()), { scope: 'worker' }],

  facts: [
    async ({ browser, deployment }, use) => use(await collectFacts(deployment, browser)),
    { scope: 'worker', timeout: 120_000 },
  ],

  baseURL: async ({ deployment }, use) => use(deployment.siteUrl),

  ignoreHTTPSErrors: async ({ deployment }, use) => use(deployment.local),

  account: async ({ deployment }, use) => use(deployment.account),

  faults: async ({}, use) => use(new PageFaults()),

  context: async ({ context, faults, deployment: { siteUrl, local } }, use) => {
    faults.watch(context, (url) => local || url.startsWith(`${siteUrl}/`));
    await use(context);
    const result = () => ({ missing: faults.missing, unexpected: faults.unexpected });
    await expect
      .poll(result, 'the pages have the declared faults and no others')
      .toEqual({ missing: [], unexpected: [] });
  },

  site: async ({ page }, use) => use(new Site(page)),

  loginPage: async ({ page }, use) => use(new LoginPage(page)),

  signedInSite: async ({ site, loginPage, account }, use) => {
    await site.open();
    await site.loginButton.click();
    await loginPage.signIn(account);
    await expect(site.logoutButton).toBeVisible();
    await use(site);
  },

  takePicture: async ({ page, deployment }, use) => {
    await use(async (name) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const path = join(import.meta.dirname, `../test-output/screenshots/${name}-${colorScheme}.png`);
        await page.screenshot({ path, fullPage: true });
        await test.info().attach(`${name}, ${colorScheme}`, { path, contentType: 'image/png' });
        if (!deployment.local && !page.url().startsWith(deployment.siteUrl)) continue;
        // The themes differ only in their colors.
        await expectAccessible(page, colorScheme === 'light' ? undefined : ['color-contrast']);
      }
    });
  },

  injection: async ({ request, deployment: { consoleUrl } }, use) => {
    if (consoleUrl === undefined) throw new Error('Only a local cloud has fault injection');
    const injection = new FaultInjection(request, consoleUrl);
    await injection.run('reset');
    await use(injection);
    await injection.run('reset');
  },
});

/**
 * Expects the page to be accessible: no violation of WCAG 2.2 A and AA or of axe's best practices, and no horizontal
 * scrolling.
 *
 * @param rules of axe; all by default
 */
export async function expectAccessible(page: Page, rules?: string[]): Promise<void> {
  const axe = new AxeBuilder({ page }).setLegacyMode(); // needs no second page, as no frame has another origin
  const { violations } = await (rules ? axe.withRules(rules) : axe).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  expect(found, `axe finds no violation on ${page.url()}`).toEqual([]);
  const overhang = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overhang, `${page.url()} fits its window`).toBe(0);
}

export { expect };
