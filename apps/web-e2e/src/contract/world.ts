import type { Browser } from '@playwright/test';
import { CALLBACK_PATH, RUNTIME_CONFIG_PATH, RuntimeConfig } from '@spa-on-aws/shared-types';
import type { Deployment } from '../deployment';
import { readTokens } from '../held-tokens';
import { LoginPage } from '../pages/login-page';
import { Site } from '../pages/site';
import { exchange, type WireResponse } from '../exchange';
import { type Door, type Expectation, know, type World } from './expectation';

/** A deployment as the contract needs it: somebody has signed in there, in a browser of their own. */
export async function discoverWorld(deployment: Deployment, browser: Browser): Promise<World> {
  const { siteUrl, account } = deployment;
  const get = (target: string): Promise<WireResponse> =>
    exchange({ method: 'GET', origin: siteUrl, target, headers: {} });
  const config = RuntimeConfig.parse(JSON.parse((await get(RUNTIME_CONFIG_PATH)).body.toString()));
  const [asset] = /\/assets\/[\w.-]+\.js/.exec((await get('/')).body.toString()) ?? [];
  if (asset === undefined) throw new Error(`The page at ${siteUrl} names no script below /assets/`);
  const assetTag = (await get(asset)).headers['etag'];
  if (assetTag === undefined) throw new Error(`${siteUrl}${asset} has no ETag`);

  const context = await browser.newContext({ baseURL: siteUrl, ignoreHTTPSErrors: deployment.local });
  try {
    const page = await context.newPage();
    const site = new Site(page);
    await site.open();
    await site.loginButton.click();
    await new LoginPage(page).signIn(account);
    await site.logoutButton.waitFor();
    const { accessToken: access, idToken: id } = await readTokens(page);
    return { siteUrl, config, callbackUrl: siteUrl + CALLBACK_PATH, tokens: { access, id }, asset, assetTag };
  } finally {
    await context.close();
  }
}

/** Origin and what stands before every path behind a door; `undefined` when the deployment does not tell. */
function behind(door: Door, deployment: Deployment, { config }: World): string | undefined {
  switch (door) {
    case 'site':
      return deployment.siteUrl;
    case 'site over http':
      return deployment.siteUrl.startsWith('https:')
        ? deployment.siteUrl.replace('https:', 'http:')
        : undefined;
    case 'execute-api':
      return deployment.apiEndpoint;
    case 'issuer':
      return config.issuer;
    case 'login':
      return config.cognitoDomain;
  }
}

/** Sends an expectation's request; `undefined` when its door is not there to be knocked at. */
export async function knock(
  expectation: Expectation,
  deployment: Deployment,
  world: World,
): Promise<WireResponse | undefined> {
  const base = behind(expectation.door, deployment, world);
  if (base === undefined) return undefined;
  const { origin } = new URL(base);
  const { method = 'GET', target, headers = {}, body } = expectation;
  return exchange({
    method,
    origin,
    target: base.slice(origin.length).replace(/\/$/, '') + know(target, world),
    headers: know(headers, world),
    ...(body === undefined ? {} : { body: know(body, world) }),
  });
}
