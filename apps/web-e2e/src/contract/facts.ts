import { randomUUID } from 'node:crypto';
import { expect, type Browser } from '@playwright/test';
import type { RuntimeConfig } from '@spa-on-aws/shared-types';
import type { Deployment } from '../deployment';
import { type Code, SignedInUser, type TokenResponse } from '../signed-in-user';

/** Values of a deployment that requests need. */
export interface Facts {
  readonly deployment: Deployment;
  readonly config: RuntimeConfig;
  /** Redirect URL that is registered with the client. */
  readonly callbackUrl: string;
  readonly tokens: TokenResponse;
  /** Nonce in the ID token. */
  readonly nonce: string;
  /** Session cookies of the login page. */
  readonly session: string;
  /** Unused codes, for one request each. */
  readonly codes: { readonly good: Code; readonly wrongVerifier: Code; readonly elsewhere: Code };
  /** Refresh token of another sign-in, to be revoked. */
  readonly spareRefreshToken: string;
  /** Path of the page's main script. CloudFront compresses it: it has more than 1,000 bytes. */
  readonly asset: string;
  /** Entity tag of the script. */
  readonly assetTag: string;
}

/** Collects the facts about a deployment; its user signs in there twice, in separate browser contexts. */
export async function collectFacts(deployment: Deployment, browser: Browser): Promise<Facts> {
  const user = await SignedInUser.signIn(browser, deployment, deployment.account);
  const elsewhere = await SignedInUser.signIn(browser, deployment, deployment.account);
  const page = await (await user.request.get('/')).text();
  const asset = page.match(/\/assets\/[\w.-]+\.js/g)?.at(-1) ?? '';
  const script = await user.request.get(asset, { headers: { 'accept-encoding': 'identity' } });
  expect(script.headers(), `the page has a script, ${asset}`).toHaveProperty('etag');
  const nonce = randomUUID();
  const facts = {
    deployment,
    config: user.config,
    callbackUrl: user.callbackUrl,
    tokens: await user.tokens({ nonce }),
    nonce,
    session: await user.cookies(),
    codes: { good: await user.code(), wrongVerifier: await user.code(), elsewhere: await user.code() },
    spareRefreshToken: (await elsewhere.tokens()).refresh_token,
    asset,
    assetTag: script.headers()['etag'] ?? '',
  };
  await Promise.all([user.close(), elsewhere.close()]);
  return facts;
}
