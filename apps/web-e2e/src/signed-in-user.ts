import { createHash, randomBytes } from 'node:crypto';
import { expect, type APIRequestContext, type Browser, type BrowserContext } from '@playwright/test';
import type { Code } from '@spa-on-aws/local-cloud/contract';
import { CALLBACK_PATH, RUNTIME_CONFIG_PATH, RuntimeConfig } from '@spa-on-aws/shared-types';
import * as z from 'zod/mini';
import type { Account, Deployment } from './deployment';
import { LoginPage } from './pages/login-page';

/** Response of the token endpoint. */
export const TokenResponse = z.object({
  access_token: z.jwt(),
  id_token: z.jwt(),
  refresh_token: z.string(),
});
export type TokenResponse = z.infer<typeof TokenResponse>;

/** Parameters of an authorization request that differ from the site's. */
type Change = Readonly<Record<string, string>>;

/** A user who has signed in on a deployment's login page, in a separate browser context and without code of the site. */
export class SignedInUser {
  private constructor(
    readonly config: RuntimeConfig,
    /** Registered redirect URL. */
    readonly callbackUrl: string,
    private readonly context: BrowserContext,
  ) {}

  static async signIn(
    browser: Browser,
    { siteUrl, local }: Deployment,
    account: Account | undefined,
  ): Promise<SignedInUser> {
    if (account === undefined) throw new Error(`${siteUrl} has no such user`);
    const context = await browser.newContext({ baseURL: siteUrl, ignoreHTTPSErrors: local });
    const config = RuntimeConfig.parse(await (await context.request.get(RUNTIME_CONFIG_PATH)).json());
    const user = new SignedInUser(config, siteUrl + CALLBACK_PATH, context);
    const page = await context.newPage();
    await page.route(`${user.callbackUrl}?*`, (route) => route.fulfill({ body: 'back' }));
    await page.goto(user.#authorizeUrl('', {}));
    await new LoginPage(page).signIn(account);
    await page.waitForURL(`${user.callbackUrl}?*`);
    await page.close();
    return user;
  }

  /** Sends requests with the cookies of the user. */
  get request(): APIRequestContext {
    return this.context.request;
  }

  /** Returns the cookies of the login page as a header value. */
  async cookies(): Promise<string> {
    const cookies = await this.context.cookies(this.config.cognitoDomain);
    return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  }

  /** Requests a code with the session of the login page. */
  async code(change: Change = {}): Promise<Code> {
    const verifier = randomBytes(32).toString('base64url');
    const response = await this.request.get(this.#authorizeUrl(verifier, change), { maxRedirects: 0 });
    const location = response.headers()['location'] ?? '';
    const code = new URL(location, this.callbackUrl).searchParams.get('code');
    expect(code, `the login page returns a code to ${location}`).not.toBeNull();
    return { code: String(code), verifier };
  }

  /** Requests tokens with a new code. */
  async tokens(change: Change = {}): Promise<TokenResponse> {
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
    return this.#requestTokens({ grant_type: 'refresh_token', refresh_token: refreshToken });
  }

  /** Closes the browser context; the tokens stay valid. */
  close(): Promise<void> {
    return this.context.close();
  }

  async #requestTokens(fields: Readonly<Record<string, string>>): Promise<TokenResponse> {
    const response = await this.request.post(`${this.config.cognitoDomain}/oauth2/token`, {
      form: { client_id: this.config.clientId, ...fields },
    });
    await expect(response, 'the token endpoint returns tokens').toBeOK();
    // Without rotation, the response has no new refresh token.
    return TokenResponse.parse({ ...fields, ...((await response.json()) as object) });
  }

  #authorizeUrl(verifier: string, change: Change): string {
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
