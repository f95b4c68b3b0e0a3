import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, type Page, test as base, type TestInfo } from '@playwright/test';
import { ConsolePage } from './console-page';

const PACKAGE = path.join(import.meta.dirname, '..');
const OUTPUT = path.join(PACKAGE, 'test-output');

/** The state file of a running local cloud. */
export interface State {
  readonly url: string;
  readonly issuer: string;
  readonly cognitoDomain: string;
  readonly consoleUrl: string;
  readonly clientId: string;
  readonly callbackUrl: string;
  readonly apiScope: string;
  readonly users: readonly [{ readonly username: string; readonly password: string }];
}

export interface Tokens {
  readonly access_token: string;
  readonly id_token: string;
}

interface TestFixtures {
  /** The console, with all faults switched off and an empty list of requests. */
  readonly consolePage: ConsolePage;
  /** Tokens of the first user, who signs in on the login page. */
  readonly tokens: Tokens;
  /** Stores screenshots of the console, light and dark, in the report and in `test-output/screenshots`. */
  readonly takePicture: (name: string) => Promise<void>;
}

interface WorkerFixtures {
  readonly state: State;
}

/** Playwright's `test` with a local cloud that runs the sample template. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  state: [
    async ({}, use) => {
      await use(await readState(path.join(OUTPUT, 'sample.json'), process.env['SAMPLE_URL']));
    },
    { scope: 'worker' },
  ],

  baseURL: async ({ state }, use) => use(state.url),

  consolePage: async ({ page, request, state: { consoleUrl } }, use) => {
    const reset = () => request.post(`${consoleUrl}/switches/reset`, { data: {} });
    await reset();
    await request.delete(`${consoleUrl}/requests`, { headers: { 'Content-Type': 'application/json' } });
    await use(new ConsolePage(page, consoleUrl));
    await reset();
  },

  tokens: async ({ browser, state }, use) => {
    const context = await browser.newContext();
    await use(await signIn(await context.newPage(), state));
    await context.close();
  },

  takePicture: async ({ page }, use, testInfo) => {
    await use(async (name) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const file = path.join(OUTPUT, 'screenshots', `${name}-${colorScheme}.png`);
        await page.screenshot({ path: file, fullPage: true });
        await testInfo.attach(`${name}, ${colorScheme}`, { path: file, contentType: 'image/png' });
      }
    });
  },
});

/** Starts a local cloud that only one test uses, with free ports, as Vite's plugin does. */
export async function startCloud(testInfo: TestInfo, ...flags: string[]) {
  const file = testInfo.outputPath('state.json');
  const ports = ['port', 'cognito-port', 'api-gateway-port', 'console-port'].map((port) => `--${port}=0`);
  const child = fork('dist/main.js', [...flags, '--state-file', file, ...ports], {
    cwd: PACKAGE,
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
  });
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
  const changes: unknown[] = [];
  child.on('message', (message) => changes.push(message));
  const [{ state, failure }] = (await once(child, 'message')) as [{ state: State; failure?: string }];
  expect(failure).toBeUndefined();
  return {
    pid: child.pid ?? 0,
    state,
    /** Messages of the local cloud about changed images and templates. */
    changes,
    /** Returns what it has printed. */
    output: () => output,
    stop: async (): Promise<void> => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

/** Reads a state file once it is written by the local cloud with this URL. */
async function readState(file: string, url?: string): Promise<State> {
  let state: State | undefined;
  await expect
    .poll(
      async () => {
        const text = await readFile(file, 'utf8').catch(() => '{}');
        state = JSON.parse(text) as State;
        return state.url !== undefined && (url === undefined || state.url === url);
      },
      { message: `${file} is written`, timeout: 30_000 },
    )
    .toBe(true);
  return state as State;
}

/** Signs in on the login page and redeems the code. */
export async function signIn(page: Page, state: State): Promise<Tokens> {
  const { cognitoDomain, clientId, callbackUrl, apiScope, users } = state;
  const parameters = {
    client_id: clientId,
    redirect_uri: callbackUrl,
    response_type: 'code',
    state: 'sample',
  };
  const query = new URLSearchParams({ ...parameters, scope: `openid ${apiScope}` });
  await page.goto(`${cognitoDomain}/oauth2/authorize?${query.toString()}`);
  await page.locator('input[name=username]').fill(users[0].username);
  await page.locator('input[name=password]').fill(users[0].password);
  await page.locator('button[type=submit]').click();
  await page.waitForURL(`${callbackUrl}?*`);
  const code = new URL(page.url()).searchParams.get('code') ?? '';
  const response = await page.request.post(`${cognitoDomain}/oauth2/token`, {
    form: { grant_type: 'authorization_code', client_id: clientId, redirect_uri: callbackUrl, code },
  });
  expect(response.status()).toBe(200);
  return (await response.json()) as Tokens;
}

export { expect };
