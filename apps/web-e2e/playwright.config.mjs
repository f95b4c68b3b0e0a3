import { existsSync } from 'node:fs';
import { defineConfig, firefox, webkit } from '@playwright/test';

const { BASE_URL, CI, E2E_AUDIT, E2E_DEPLOYED, E2E_PARITY } = process.env;
const PARITY = '**/parity.spec.ts';
const AUDIT = '**/audit/*.spec.ts';
// Tests that switch the whole local cloud, or look at everything that happens in it.
const ALONE = '**/{switches,console}/*.spec.ts';

// Playwright drives its own builds of these only; where they are not downloaded there is nothing to run.
const others = [firefox, webkit].filter((browser) => existsSync(browser.executablePath()));

export default defineConfig({
  testDir: 'src',
  outputDir: 'test-output/results',
  globalSetup: './src/check-environment.ts',
  projects:
    E2E_PARITY === 'true'
      ? [{ name: 'parity', testMatch: PARITY }] // compares two deployments, so it is run alone
      : E2E_AUDIT === 'true'
        ? [{ name: 'audit', testMatch: AUDIT }] // measures, so nothing else may run meanwhile
        : [
            { name: 'chromium', testIgnore: [PARITY, AUDIT, ALONE] },
            ...others.map((browser) => ({
              name: browser.name(),
              testMatch: '**/journeys/*.spec.ts',
              use: { browserName: /** @type {'firefox' | 'webkit'} */ (browser.name()) },
            })),
            { name: 'switches', testMatch: ALONE, dependencies: ['chromium'], workers: 1 },
          ],
  // When no deployment is named the tests run against the local cloud, which starts on free ports and ends with the run.
  webServer:
    (BASE_URL || E2E_DEPLOYED === 'true') && E2E_PARITY !== 'true'
      ? []
      : [
          {
            name: 'local cloud',
            command: [
              'node ../local-cloud/dist/main.js',
              '--assembly ../../libs/infra/cdk.out',
              '--port 0 --cognito-port 0 --api-gateway-port 0 --console-port 0',
              '--state-file test-output/local-cloud.json',
            ].join(' '),
            wait: { stdout: /Site\s+(?<LOCAL_CLOUD_URL>http:\/\/localhost:\d+)\s/ },
            gracefulShutdown: { signal: 'SIGTERM', timeout: 5_000 },
          },
        ],
  fullyParallel: true,
  forbidOnly: Boolean(CI),
  // Two browsers at a time, however many processors there are: they share one API.
  workers: 2,
  reporter: [['list'], ['html', { outputFolder: 'test-output/report', open: 'never' }]],
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
});
