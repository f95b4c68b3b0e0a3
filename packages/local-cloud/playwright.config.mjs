import { existsSync } from 'node:fs';
import path from 'node:path';
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
  // The tests change faults of one local cloud and look at everything that happens in it.
  workers: 1,
  forbidOnly: Boolean(process.env['CI']),
  // The report calls a test flaky that fails on a busy machine and passes when it is repeated.
  retries: 1,
  reporter: [['list'], ['html', { outputFolder: 'test-output/report', open: 'never' }]],
  timeout: 60_000,
  expect: { timeout: 10_000 },
  webServer: {
    command: [
      // With exec, no shell stands between: the local cloud ends when Playwright does, also when that is killed.
      'exec node dist/main.js --assembly e2e/sample',
      '--port 0 --cognito-port 0 --api-gateway-port 0 --console-port 0',
      `--state-file ${path.join('test-output', 'sample.json')}`,
    ].join(' '),
    wait: { stdout: /Site\s+(?<SAMPLE_URL>http:\/\/localhost:\d+)\s/ },
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
