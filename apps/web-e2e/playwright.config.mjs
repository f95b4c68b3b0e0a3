import { defineConfig } from '@playwright/test';

const { BASE_URL, CI, E2E_DEPLOYED, E2E_PARITY } = process.env;
const PARITY = '**/parity.spec.ts';

export default defineConfig({
  testDir: 'src',
  outputDir: 'test-output/results',
  globalSetup: './src/check-environment.ts',
  // Compares two deployments, so it is run alone.
  ...(E2E_PARITY === 'true' ? { testMatch: PARITY } : { testIgnore: PARITY }),
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
  expect: { timeout: 10_000 },
  use: {
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
});
