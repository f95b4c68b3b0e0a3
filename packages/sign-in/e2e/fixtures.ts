import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type BrowserContext, expect, type Locator, type Page, test as base } from '@playwright/test';
import type { CognitoUserManagerSettings } from '../src/index';

/** The fields of the local cloud's state file that the tests use. */
interface State {
  readonly url: string;
  readonly issuer: string;
  readonly cognitoDomain: string;
  readonly clientId: string;
  readonly callbackUrl: string;
  readonly logoutUrl: string;
  readonly users: readonly [{ readonly username: string; readonly password: string }];
}

interface Fixtures {
  /** Opens tabs of the sample app in one browser. */
  readonly openTab: () => Promise<Tab>;
  /** Form parameters of all requests to the token endpoint, in all tabs. */
  readonly tokenRequests: URLSearchParams[];
}

/** A tab with the sample app. */
export class Tab {
  readonly signedIn: Locator;
  readonly signedOut: Locator;
  readonly error: Locator;
  readonly loginPage: Locator;

  constructor(
    readonly page: Page,
    private readonly state: State,
  ) {
    this.signedIn = page.getByText('Signed in as demo@example.com');
    this.signedOut = page.getByText('Signed out', { exact: true });
    this.error = page.getByRole('alert');
    this.loginPage = page.locator('input[name=password]');
  }

  /** Logs in and returns the callback URL with its code. */
  async logIn(): Promise<string> {
    const { username, password } = this.state.users[0];
    const callback = this.page.waitForRequest((request) => request.url().startsWith(this.state.callbackUrl));
    await this.page.getByRole('button', { name: 'Log in' }).click();
    await this.page.locator('input[name=username]').fill(username);
    await this.loginPage.fill(password);
    await this.page.locator('button[type=submit]').click();
    await expect(this.signedIn).toBeVisible();
    return (await callback).url();
  }

  async logOut(): Promise<void> {
    await this.page.getByRole('button', { name: 'Log out' }).click();
  }

  async renew(): Promise<void> {
    await this.page.getByRole('button', { name: 'Renew' }).click();
  }

  /** Returns the tokens that this tab stores. */
  async tokens(): Promise<{ access_token: string; refresh_token: string } | undefined> {
    const stored = await this.page.evaluate(() => {
      const key = Object.keys(sessionStorage).find((key) => key.startsWith('oidc.user:'));
      return key === undefined ? null : sessionStorage.getItem(key);
    });
    return stored === null ? undefined : JSON.parse(stored);
  }

  /** Lets the access token expire in 30 seconds, so that it is time to renew it. */
  async letExpireSoon(): Promise<void> {
    await this.page.evaluate(() => {
      const key = Object.keys(sessionStorage).find((key) => key.startsWith('oidc.user:')) ?? '';
      const user = JSON.parse(sessionStorage.getItem(key) ?? '') as object;
      const expires_at = Math.floor(Date.now() / 1000) + 30;
      sessionStorage.setItem(key, JSON.stringify({ ...user, expires_at }));
    });
  }

  /** Tells the tab that the computer is awake again. */
  async wake(): Promise<void> {
    await this.page.evaluate(() => window.dispatchEvent(new Event('focus')));
  }
}

/** Playwright's `test` with tabs of one browser. */
export const test = base.extend<Fixtures, { readonly state: State }>({
  state: [
    async ({}, use) => {
      await use(await readState());
    },
    { scope: 'worker' },
  ],

  openTab: async ({ context, state }, use) => {
    await addSettings(context, state);
    await use(async () => {
      const page = await context.newPage();
      await page.goto(state.url);
      return new Tab(page, state);
    });
  },

  tokenRequests: async ({ context }, use) => {
    const requests: URLSearchParams[] = [];
    context.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/oauth2/token')) {
        requests.push(new URLSearchParams(request.postData() ?? ''));
      }
    });
    await use(requests);
  },
});

function addSettings(context: BrowserContext, state: State): Promise<unknown> {
  const settings: CognitoUserManagerSettings = {
    authority: state.issuer,
    cognitoDomain: state.cognitoDomain,
    client_id: state.clientId,
    redirect_uri: state.callbackUrl,
    post_logout_redirect_uri: state.logoutUrl,
    scope: 'openid email',
  };
  return context.addInitScript((value) => void Object.assign(window, { settings: value }), settings);
}

/** Reads the state file once it is written by the local cloud that Playwright has started. */
async function readState(): Promise<State> {
  const file = path.join(import.meta.dirname, '../test-output/cloud.json');
  let state: State | undefined;
  const isWritten = async () => {
    state = JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as State;
    return state.url === process.env['SITE_URL'];
  };
  await expect.poll(isWritten, { message: `${file} is written`, timeout: 30_000 }).toBe(true);
  return state as State;
}

export { expect };
