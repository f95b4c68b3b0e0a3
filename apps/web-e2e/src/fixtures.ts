import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { findBrowser, launchOptions } from './browser/browser.mjs';
import { withDeployedStage } from './deployed-stage';
import { localDeployment, namedDeployment, stateFile } from './deployment';
import type { Account, Deployment } from './deployment';
import { PageFaults } from './page-faults';
import { LoginPage } from './pages/login-page';
import { Site } from './pages/site';
import { expectAccessible } from './accessibility';

export interface TestFixtures {
  /** Errors of the page. Tests declare the expected ones; any other fails the test. */
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
}

export interface WorkerOptions {
  /** The local cloud to test when no deployment is named. */
  readonly localCloud: { readonly name: string; readonly urlVariable: string };
}

export interface WorkerFixtures extends WorkerOptions {
  readonly deployment: Deployment;
}

/** Playwright's `test` with this suite's fixtures. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  launchOptions: [
    async ({ browserName }, use) => {
      if (browserName !== 'chromium') return use({});
      const browser = findBrowser();
      if (browser === undefined) {
        throw new Error(
          'No Chromium or Chrome was found: run "npx nx browser web-e2e", or set CHROMIUM_PATH',
        );
      }
      await use(launchOptions(browser));
    },
    { scope: 'worker' },
  ],

  localCloud: [
    { name: 'local-cloud', urlVariable: 'LOCAL_CLOUD_URL' },
    { scope: 'worker', option: true },
  ],

  deployment: [
    async ({ localCloud: { name, urlVariable } }, use) => {
      const named = namedDeployment(withDeployedStage(process.env));
      await use(named ?? (await localDeployment(stateFile(name), process.env[urlVariable] ?? '')));
    },
    { scope: 'worker' },
  ],

  baseURL: async ({ deployment }, use) => use(deployment.siteUrl),

  account: async ({ deployment }, use) => use(deployment.account),

  faults: async ({}, use) => use(new PageFaults()),

  page: async ({ page, context, deployment, faults }, use) => {
    await faults.watch(context, page, (url) => deployment.local || url.startsWith(`${deployment.siteUrl}/`));
    await use(page);
    await expect.poll(() => faults.missing, 'the faults the test provokes happen').toEqual([]);
    expect(faults.unexpected, 'the page has no faults').toEqual([]);
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

  takePicture: async ({ page, deployment }, use, testInfo) => {
    const folder = join(testInfo.config.rootDir, '..', 'test-output', 'screenshots');
    await use(async (name) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const path = join(folder, `${name}-${colorScheme}.png`);
        await page.screenshot({ path, fullPage: true });
        await testInfo.attach(`${name}, ${colorScheme}`, { path, contentType: 'image/png' });
        if (deployment.local || page.url().startsWith(deployment.siteUrl)) await expectAccessible(page);
      }
    });
  },
});

export { expect };
