import { existsSync } from 'node:fs';
import { defineConfig, firefox, webkit } from '@playwright/test';

const { BASE_URL, CHROMIUM_PATH, CI, E2E_AUDIT, E2E_DEPLOYED, E2E_PARITY } = process.env;
const PARITY = '**/parity.spec.ts';
const AUDIT = '**/audit/*.spec.ts';
// Tests that inject faults into their local cloud. They run one at a time.
const FAULTS = '**/{faults,rejected-tokens}.spec.ts';
// Tests of raw requests and responses; they differ with HTTPS.
const WIRE = '**/contract/{contract,issued-tokens}.spec.ts';
// Tests of an API whose own endpoint is closed.
const CLOSED_API = '**/contract/closed-api.spec.ts';
const isDeployed = Boolean(BASE_URL) || E2E_DEPLOYED === 'true';

// An installed browser, the one that needs the least processor time first; without one, Playwright's own.
const executablePath =
  CHROMIUM_PATH ??
  ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);

/**
 * Starts a local cloud on free ports. Playwright stores the URL of its site in an environment variable.
 *
 * @param {string} name also the name of its state file
 * @param {string[]} flags
 */
const localCloud = (name, ...flags) => localCloudOf('../../libs/infra/cdk.out', name, ...flags);

/**
 * Starts a local cloud with an assembly.
 *
 * @param {string} assembly
 * @param {string} name
 * @param {string[]} flags
 */
const localCloudOf = (assembly, name, ...flags) => ({
  name,
  command: [
    // With exec, no shell stands between: a local cloud ends when its parent process does, also when that is killed.
    'exec node ../../node_modules/.bin/local-cloud',
    `--assembly ${assembly}`,
    '--port 0 --cognito-port 0 --api-gateway-port 0 --console-port 0',
    `--state-file test-output/${name}.json`,
    ...flags,
  ].join(' '),
  wait: { stdout: /Site +http/ },
  gracefulShutdown: { signal: /** @type {const} */ ('SIGTERM'), timeout: 5_000 },
});

/**
 * Synthesizes the stack with another capacity, and starts a local cloud with it.
 *
 * @param {string} capacity
 * @param {string[]} options other options of the stack
 */
function localCloudOn(capacity, ...options) {
  const assembly = `test-output/cdk.out-${capacity}`;
  const { command, ...server } = localCloudOf(assembly, `local-cloud-${capacity}`);
  const context = [`capacity=${capacity}`, ...options].map((option) => `-c ${option}`).join(' ');
  const synth = `npx cdk synth --quiet --output ../../apps/web-e2e/${assembly} ${context}`;
  return {
    ...server,
    command: `(cd ../../libs/infra && ${synth}) && ${command}`,
    // The tests of the stack run AWS's template validator for every capacity.
    env: { CDK_VALIDATION: 'false' },
    timeout: 180_000,
  };
}

// Playwright supports only its own builds of these browsers. Without them, their tests are left out.
const others = [firefox, webkit].filter((browser) => existsSync(browser.executablePath()));

const journeys = [
  { name: 'chromium', testIgnore: [PARITY, AUDIT, FAULTS, CLOSED_API] },
  ...others.map((browser) => ({
    name: browser.name(),
    testMatch: '**/journeys/*.spec.ts',
    use: { browserName: /** @type {'firefox' | 'webkit'} */ (browser.name()), launchOptions: {} },
  })),
];
const https = { name: 'https', testMatch: WIRE, use: { localCloud: 'local-cloud-https' } };
// The other tests run with the default capacity. Sign-in is the same on every capacity.
const lambda = {
  name: 'lambda',
  testMatch: '**/contract/contract.spec.ts',
  grepInvert: / (?:issuer|login): /,
  use: { localCloud: 'local-cloud-lambda' },
};
// On Fargate, only the distribution can call the API.
const fargate = {
  name: 'fargate',
  testMatch: [lambda.testMatch, CLOSED_API],
  grepInvert: [lambda.grepInvert, /contract\.spec\.ts execute-api/],
  use: { localCloud: 'local-cloud-fargate' },
};
const faults = { name: 'faults', testMatch: FAULTS, workers: 1, use: { localCloud: 'local-cloud-faults' } };

/** @returns {import('@playwright/test').PlaywrightTestConfig<object, { localCloud: string }>} */
function suite() {
  // Compares two deployments, so it runs alone.
  if (E2E_PARITY === 'true')
    return { projects: [{ name: 'parity', testMatch: PARITY }], webServer: [localCloud('local-cloud')] };
  // Measures time, so nothing else may run at the same time.
  if (E2E_AUDIT === 'true')
    return {
      projects: [{ name: 'audit', testMatch: AUDIT }],
      webServer: isDeployed ? [] : [localCloud('local-cloud')],
    };
  if (isDeployed) return { projects: journeys };
  return {
    projects: [...journeys, https, fargate, lambda, faults],
    webServer: [
      localCloud('local-cloud'),
      localCloud('local-cloud-faults'),
      localCloud('local-cloud-https', '--https'),
      localCloudOn('fargate', 'closeApiEndpoint=true'),
      localCloudOn('lambda'),
    ],
  };
}

export default defineConfig({
  ...suite(),
  testDir: 'src',
  outputDir: 'test-output/results',
  globalSetup: './src/global-setup.ts',
  fullyParallel: true,
  forbidOnly: Boolean(CI),
  // A busy machine can cause a failure. The report lists a test that passes at the second try as flaky.
  retries: 1,
  // Two at a time on every machine, because the browsers share one API.
  workers: 2,
  reporter: [
    ['./src/redaction.ts'],
    ['list'],
    ['html', { outputFolder: 'test-output/report', open: 'never' }],
  ],
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    // A trace of every test costs a third of the time. Traces have tokens, which a deployment accepts until they expire.
    trace: isDeployed ? 'off' : 'on-first-retry',
    screenshot: 'only-on-failure',
    launchOptions: { ...(executablePath && { executablePath }) },
  },
});
