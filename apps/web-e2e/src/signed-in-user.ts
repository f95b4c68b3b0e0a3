import { createHash, randomBytes } from 'node:crypto';
import type { Browser, BrowserContext } from '@playwright/test';
import { CALLBACK_PATH, RUNTIME_CONFIG_PATH, RuntimeConfig } from '@spa-on-aws/shared-types';
import * as z from 'zod/mini';
import { exchange, type WireResponse } from './exchange';
import type { Account, Deployment } from './deployment';
import { LoginPage } from './pages/login-page';

/** Response of the token endpoint. */
export const TokenResponse = z.object({
  access_token: z.jwt(),
  id_token: z.jwt(),
  refresh_token: z.string(),
});
export type TokenResponse = z.infer<typeof TokenResponse>;

/** An unused code and its verifier. */
export interface Code {
  readonly code: string;
  readonly verifier: string;
}

/** A user who has signed in at a deployment's login page, in a separate browser context. */
export class SignedInUser {
  private constructor(
    readonly config: RuntimeConfig,
    /** Registered redirect URL. */
    readonly callbackUrl: string,
    private readonly context: BrowserContext,
  ) {}

  /** Signs in on the login page. Runs no code of the site. */
  static async signIn(browser: Browser, deployment: Deployment, account: Account): Promise<SignedInUser> {
    const config = await readConfig(deployment.siteUrl);
    const callbackUrl = deployment.siteUrl + CALLBACK_PATH;
    const context = await browser.newContext({ ignoreHTTPSErrors: deployment.local });
    await context.route(`${callbackUrl}?*`, (route) => route.fulfill({ body: 'back' }));
    const user = new SignedInUser(config, callbackUrl, context);
    const page = await context.newPage();
    await page.goto(user.#authorizeUrl({ scope: 'openid' }, verifierOf()));
    await new LoginPage(page).signIn(account);
    await page.waitForURL(`${callbackUrl}?*`);
    await page.close();
    return user;
  }

  /** Returns the cookies of the login page as a header value. */
  async cookies(): Promise<string> {
    const held = await this.context.cookies(this.config.cognitoDomain);
    return held.map(({ name, value }) => `${name}=${value}`).join('; ');
  }

  /**
   * Requests a code with the session of the login page.
   *
   * @param change parameters that differ from the site's
   */
  async code(change: Readonly<Record<string, string>> = {}): Promise<Code> {
    const verifier = verifierOf();
    const page = await this.context.newPage();
    await page.goto(this.#authorizeUrl(change, verifier));
    await page.waitForURL(`${this.callbackUrl}?*`);
    const returned = new URL(page.url()).searchParams;
    await page.close();
    const code = returned.get('code');
    if (code === null)
      throw new Error(`No code: the login page returned the error ${returned.get('error') ?? '(none)'}`);
    return { code, verifier };
  }

  /** Requests tokens with a new code. */
  async tokens(change: Readonly<Record<string, string>> = {}): Promise<TokenResponse> {
    const { code, verifier } = await this.code(change);
    return this.#requestTokens({
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: this.callbackUrl,
    });
  }

  /** Exchanges a refresh token. */
  refresh(refreshToken: string): Promise<TokenResponse> {
    return this.#requestTokens(
      { grant_type: 'refresh_token', refresh_token: refreshToken },
      { refresh_token: refreshToken },
    );
  }

  /** Closes the browser context; the tokens stay valid. */
  close(): Promise<void> {
    return this.context.close();
  }

  async #requestTokens(
    fields: Readonly<Record<string, string>>,
    kept: Partial<TokenResponse> = {},
  ): Promise<TokenResponse> {
    const response = await postForm(`${this.config.cognitoDomain}/oauth2/token`, {
      client_id: this.config.clientId,
      ...fields,
    });
    if (response.status !== 200) {
      throw new Error(
        `No tokens: the token endpoint responded with ${response.status} ${response.body.toString()}`,
      );
    }
    return TokenResponse.parse({ ...kept, ...(JSON.parse(response.body.toString()) as object) });
  }

  #authorizeUrl(change: Readonly<Record<string, string>>, verifier: string): string {
    const { cognitoDomain, clientId, scopes } = this.config;
    const parameters = new URLSearchParams({
      client_id: clientId,
      redirect_uri: this.callbackUrl,
      response_type: 'code',
      scope: scopes.join(' '),
      state: 'c3RhdGU',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...change,
    });
    return `${cognitoDomain}/oauth2/authorize?${parameters.toString()}`;
  }
}

const verifierOf = (): string => randomBytes(32).toString('base64url');

async function readConfig(siteUrl: string): Promise<RuntimeConfig> {
  const response = await exchange({
    method: 'GET',
    origin: siteUrl,
    target: RUNTIME_CONFIG_PATH,
    headers: {},
  });
  return RuntimeConfig.parse(JSON.parse(response.body.toString()));
}

function postForm(url: string, fields: Readonly<Record<string, string>>): Promise<WireResponse> {
  const { origin, pathname } = new URL(url);
  return exchange({
    method: 'POST',
    origin,
    target: pathname,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  });
}
