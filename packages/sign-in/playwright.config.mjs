import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

/** An installed browser, where Playwright's own is not; `CHROMIUM_PATH` names another. */
const installed = [
  process.env['CHROMIUM_PATH'] ?? '',
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
].find(existsSync);

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-output/results',
  workers: 1,
  forbidOnly: Boolean(process.env['CI']),
  // The report calls a test flaky that fails on a busy machine and passes when it is repeated.
  retries: 1,
  reporter: [['list'], ['html', { outputFolder: 'test-output/report', open: 'never' }]],
  timeout: 60_000,
  expect: { timeout: 10_000 },
  webServer: {
    command: [
      'esbuild e2e/app/main.tsx e2e/app/index.html --loader:.html=copy --bundle --minify --jsx=automatic',
      '--outdir=test-output/site --log-level=error &&',
      'exec node ../local-cloud/dist/main.js --template e2e/template.json --users e2e/users.json',
      '--bucket Files=test-output/site --port 0 --cognito-port 0 --api-gateway-port 0 --console-port 0',
      '--state-file test-output/cloud.json',
    ].join(' '),
    wait: { stdout: /Site\s+(?<SITE_URL>http:\/\/localhost:\d+)\s/ },
    gracefulShutdown: { signal: /** @type {const} */ ('SIGTERM'), timeout: 5_000 },
  },
  use: {
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    trace: 'on-first-retry',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(installed === undefined ? {} : { executablePath: installed }),
      args: [
        '--disable-background-networking',
        '--disable-component-update',
        // Chromium refuses to run its sandbox as root.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    },
  },
});
