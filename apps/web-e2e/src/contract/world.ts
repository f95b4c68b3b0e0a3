import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Browser } from '@playwright/test';
import type { Deployment } from '../deployment';
import { exchange, type WireResponse } from '../exchange';
import { SignedInPerson } from '../signed-in-person';
import { type Door, type Expectation, know, type World } from './expectation';
import { violations } from './violations';

/** Shorter than the second that the edge keeps what is not to be cached. */
const RETRY_AFTER_MS = 300;

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

/** What a deployment answered, and what of it the contract does not allow. */
export interface Answer {
  readonly response: WireResponse;
  readonly found: readonly string[];
}

/**
 * Sends an expectation's request, as often as the expectation says until the answer fits.
 *
 * @returns `undefined` when its door is not there to be knocked at
 */
export async function knock(
  expectation: Expectation,
  deployment: Deployment,
  world: World,
): Promise<Answer | undefined> {
  const base = behind(expectation.door, deployment, world);
  if (base === undefined) return undefined;
  for (let attempt = 1; ; attempt += 1) {
    const response = await send(expectation, base, world);
    const found = violations(expectation, world, response);
    if (found.length === 0 || attempt >= (expectation.attempts ?? 1)) return { response, found };
    await setTimeout(RETRY_AFTER_MS);
  }
}

function send(expectation: Expectation, base: string, world: World): Promise<WireResponse> {
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
