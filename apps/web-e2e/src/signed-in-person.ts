import { createHash, randomBytes } from 'node:crypto';
import type { Browser, BrowserContext } from '@playwright/test';
import { CALLBACK_PATH, RUNTIME_CONFIG_PATH, RuntimeConfig } from '@spa-on-aws/shared-types';
import * as z from 'zod/mini';
import { exchange, type WireResponse } from './exchange';
import type { Account, Deployment } from './deployment';
import { LoginPage } from './pages/login-page';

/** What the token endpoint gives for a code. */
export const TokenAnswer = z.object({
  access_token: z.jwt(),
  id_token: z.jwt(),
  refresh_token: z.string(),
});
export type TokenAnswer = z.infer<typeof TokenAnswer>;

/** A code that nobody has redeemed, with what is needed to. */
export interface Code {
  readonly code: string;
  readonly verifier: string;
}

/** Somebody who has signed in at a deployment's login page, in a browser of their own. */
export class SignedInPerson {
  private constructor(
    readonly config: RuntimeConfig,
    /** Where codes are sent to, registered with the client. */
    readonly callbackUrl: string,
    private readonly context: BrowserContext,
  ) {}

  /** Signs in as a person does; nothing of the site's is run. */
  static async signIn(browser: Browser, deployment: Deployment, account: Account): Promise<SignedInPerson> {
    const config = await readConfig(deployment.siteUrl);
    const callbackUrl = deployment.siteUrl + CALLBACK_PATH;
    const context = await browser.newContext({ ignoreHTTPSErrors: deployment.local });
    await context.route(`${callbackUrl}?*`, (route) => route.fulfill({ body: 'back' }));
    const person = new SignedInPerson(config, callbackUrl, context);
    const page = await context.newPage();
    await page.goto(person.#authorizeUrl({ scope: 'openid' }, verifierOf()));
    await new LoginPage(page).signIn(account);
    await page.waitForURL(`${callbackUrl}?*`);
    await page.close();
    return person;
  }

  /** Cookies of the login page, as a request carries them. */
  async cookies(): Promise<string> {
    const held = await this.context.cookies(this.config.cognitoDomain);
    return held.map(({ name, value }) => `${name}=${value}`).join('; ');
  }

  /**
   * A code, asked for with the session of the login page.
   *
   * @param change parameters that are other than the site's
   */
  async code(change: Readonly<Record<string, string>> = {}): Promise<Code> {
    const verifier = verifierOf();
    const page = await this.context.newPage();
    await page.goto(this.#authorizeUrl(change, verifier));
    await page.waitForURL(`${this.callbackUrl}?*`);
    const returned = new URL(page.url()).searchParams;
    await page.close();
    const code = returned.get('code');
    if (code === null) throw new Error(`No code: the login page says ${returned.get('error') ?? 'nothing'}`);
    return { code, verifier };
  }

  /** Tokens for a code of their own. */
  async tokens(change: Readonly<Record<string, string>> = {}): Promise<TokenAnswer> {
    const { code, verifier } = await this.code(change);
    return this.#askForTokens({
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: this.callbackUrl,
    });
  }

  /** Access and ID token for a refresh token. */
  refresh(refreshToken: string): Promise<TokenAnswer> {
    return this.#askForTokens(
      { grant_type: 'refresh_token', refresh_token: refreshToken },
      { refresh_token: refreshToken },
    );
  }

  /** Ends the browser's session, not the tokens. */
  close(): Promise<void> {
    return this.context.close();
  }

  async #askForTokens(
    fields: Readonly<Record<string, string>>,
    kept: Partial<TokenAnswer> = {},
  ): Promise<TokenAnswer> {
    const answer = await postForm(`${this.config.cognitoDomain}/oauth2/token`, {
      client_id: this.config.clientId,
      ...fields,
    });
    if (answer.status !== 200) {
      throw new Error(`No tokens: the token endpoint answers ${answer.status} ${answer.body.toString()}`);
    }
    return TokenAnswer.parse({ ...kept, ...(JSON.parse(answer.body.toString()) as object) });
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
  const answer = await exchange({ method: 'GET', origin: siteUrl, target: RUNTIME_CONFIG_PATH, headers: {} });
  return RuntimeConfig.parse(JSON.parse(answer.body.toString()));
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
