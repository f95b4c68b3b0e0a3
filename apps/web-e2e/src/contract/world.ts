import { randomUUID } from 'node:crypto';
import type { Browser } from '@playwright/test';
import type { Deployment } from '../deployment';
import { exchange, type WireResponse } from '../exchange';
import { SignedInPerson } from '../signed-in-person';
import { type Door, type Expectation, know, type World } from './expectation';

/** A deployment as the contract needs it: somebody has signed in there, in a browser of their own. */
export async function discoverWorld(deployment: Deployment, browser: Browser): Promise<World> {
  const { siteUrl, account } = deployment;
  const get = (target: string): Promise<WireResponse> =>
    exchange({ method: 'GET', origin: siteUrl, target, headers: {} });
  const [asset] = /\/assets\/[\w.-]+\.js/.exec((await get('/')).body.toString()) ?? [];
  if (asset === undefined) throw new Error(`The page at ${siteUrl} names no script below /assets/`);
  const assetTag = (await get(asset)).headers['etag'];
  if (assetTag === undefined) throw new Error(`${siteUrl}${asset} has no ETag`);

  const person = await SignedInPerson.signIn(browser, deployment, account);
  const elsewhere = await SignedInPerson.signIn(browser, deployment, account);
  try {
    const nonce = randomUUID();
    const tokens = await person.tokens({ nonce });
    return {
      siteUrl,
      config: person.config,
      callbackUrl: person.callbackUrl,
      tokens: { access: tokens.access_token, id: tokens.id_token, refresh: tokens.refresh_token },
      nonce,
      session: await person.cookies(),
      codes: {
        good: await person.code(),
        wrongVerifier: await person.code(),
        elsewhere: await person.code(),
      },
      spareRefreshToken: (await elsewhere.tokens()).refresh_token,
      asset,
      assetTag,
    };
  } finally {
    await Promise.all([person.close(), elsewhere.close()]);
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
    case 'execute-api without a stage':
      return deployment.apiEndpoint === undefined ? undefined : new URL(deployment.apiEndpoint).origin;
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
