import { existsSync } from 'node:fs';
import { defineConfig, firefox, webkit } from '@playwright/test';

const { BASE_URL, CI, E2E_AUDIT, E2E_DEPLOYED, E2E_PARITY } = process.env;
const PARITY = '**/parity.spec.ts';
const AUDIT = '**/audit/*.spec.ts';
// Tests that inject faults into the local cloud, which all tests share.
const FAULTS = '**/{faults,rejected-tokens}.spec.ts';
// Tests of raw requests and responses; they differ with HTTPS.
const WIRE = '**/contract/{contract,issued-tokens}.spec.ts';
const isDeployed = Boolean(BASE_URL) || E2E_DEPLOYED === 'true';

/**
 * Starts a local cloud on free ports. Playwright stores the URL of its site in an environment variable.
 *
 * @param {string} name also the name of its state file
 * @param {RegExp} url matches the URL in the output; its group names the variable
 * @param {string[]} flags
 */
const localCloud = (name, url, ...flags) => ({
  name,
  command: [
    'node ../../node_modules/.bin/local-cloud',
    '--assembly ../../libs/infra/cdk.out',
    '--port 0 --cognito-port 0 --api-gateway-port 0 --console-port 0',
    `--state-file test-output/${name}.json`,
    ...flags,
  ].join(' '),
  wait: { stdout: url },
  gracefulShutdown: { signal: /** @type {const} */ ('SIGTERM'), timeout: 5_000 },
});

// Playwright supports only its own builds of these browsers. Without them, their tests are left out.
const others = [firefox, webkit].filter((browser) => existsSync(browser.executablePath()));

export default defineConfig({
  testDir: 'src',
  outputDir: 'test-output/results',
  globalSetup: './src/check-environment.ts',
  projects:
    E2E_PARITY === 'true'
      ? [{ name: 'parity', testMatch: PARITY }] // compares two deployments, so it runs alone
      : E2E_AUDIT === 'true'
        ? [{ name: 'audit', testMatch: AUDIT }] // measures time, so nothing else may run at the same time
        : [
            { name: 'chromium', testIgnore: [PARITY, AUDIT, FAULTS] },
            ...others.map((browser) => ({
              name: browser.name(),
              testMatch: '**/journeys/*.spec.ts',
              use: { browserName: /** @type {'firefox' | 'webkit'} */ (browser.name()) },
            })),
            ...(isDeployed
              ? []
              : [
                  {
                    name: 'https',
                    testMatch: WIRE,
                    use: {
                      localCloud: { name: 'local-cloud-https', urlVariable: 'LOCAL_CLOUD_HTTPS_URL' },
                    },
                  },
                ]),
            {
              name: 'faults',
              testMatch: FAULTS,
              dependencies: isDeployed ? ['chromium'] : ['chromium', 'https'],
              workers: 1,
            },
          ],
  // Without BASE_URL, the tests start local clouds and stop them at the end.
  webServer:
    isDeployed && E2E_PARITY !== 'true'
      ? []
      : [
          localCloud('local-cloud', /Site\s+(?<LOCAL_CLOUD_URL>http:\/\/localhost:\d+)\s/),
          ...(E2E_PARITY === 'true' || E2E_AUDIT === 'true'
            ? []
            : [
                localCloud(
                  'local-cloud-https',
                  /Site\s+(?<LOCAL_CLOUD_HTTPS_URL>https:\/\/localhost:\d+)\s/,
                  '--https',
                ),
              ]),
        ],
  fullyParallel: true,
  forbidOnly: Boolean(CI),
  // A busy machine can cause a failure. The report lists a test that passes at the second try as flaky.
  retries: 1,
  // Two at a time on every machine, because the browsers share one API.
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
