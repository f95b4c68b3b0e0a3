import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Browser } from '@playwright/test';
import type { Deployment } from '../deployment';
import { exchange, type WireResponse } from '../exchange';
import { SignedInUser } from '../signed-in-user';
import { compute, type Endpoint, type Expectation, type Facts } from './expectation';
import { violations } from './violations';

/** Shorter than the second for which CloudFront caches a no-cache response. */
const RETRY_AFTER_MS = 300;

/** Collects the facts about a deployment, with a user who signs in there in a separate browser context. */
export async function collectFacts(deployment: Deployment, browser: Browser): Promise<Facts> {
  const { siteUrl, account } = deployment;
  const get = (target: string): Promise<WireResponse> =>
    exchange({ method: 'GET', origin: siteUrl, target, headers: {} });
  const [asset] = /\/assets\/[\w.-]+\.js/.exec((await get('/')).body.toString()) ?? [];
  if (asset === undefined) throw new Error(`The page at ${siteUrl} names no script below /assets/`);
  const assetTag = (await get(asset)).headers['etag'];
  if (assetTag === undefined) throw new Error(`${siteUrl}${asset} has no ETag`);

  const user = await SignedInUser.signIn(browser, deployment, account);
  const elsewhere = await SignedInUser.signIn(browser, deployment, account);
  try {
    const nonce = randomUUID();
    const tokens = await user.tokens({ nonce });
    return {
      siteUrl,
      config: user.config,
      callbackUrl: user.callbackUrl,
      tokens: { access: tokens.access_token, id: tokens.id_token, refresh: tokens.refresh_token },
      nonce,
      session: await user.cookies(),
      codes: {
        good: await user.code(),
        wrongVerifier: await user.code(),
        elsewhere: await user.code(),
      },
      spareRefreshToken: (await elsewhere.tokens()).refresh_token,
      asset,
      assetTag,
    };
  } finally {
    await Promise.all([user.close(), elsewhere.close()]);
  }
}

/** Returns the URL of an endpoint; `undefined` when the deployment does not state it. */
function urlOf(endpoint: Endpoint, deployment: Deployment, { config }: Facts): string | undefined {
  switch (endpoint) {
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

/** A response and its violations of the contract. */
export interface Outcome {
  readonly response: WireResponse;
  readonly violations: readonly string[];
}

/**
 * Sends the request of an expectation, repeatedly if the expectation allows, until the response conforms.
 *
 * @returns `undefined` when the deployment does not have the endpoint
 */
export async function check(
  expectation: Expectation,
  deployment: Deployment,
  facts: Facts,
): Promise<Outcome | undefined> {
  const base = urlOf(expectation.endpoint, deployment, facts);
  if (base === undefined) return undefined;
  for (let attempt = 1; ; attempt += 1) {
    const response = await send(expectation, base, facts);
    const found = violations(expectation, facts, response);
    if (found.length === 0 || attempt >= (expectation.attempts ?? 1)) return { response, violations: found };
    await setTimeout(RETRY_AFTER_MS);
  }
}

function send(expectation: Expectation, base: string, facts: Facts): Promise<WireResponse> {
  const { origin } = new URL(base);
  const { method = 'GET', target, headers = {}, body } = expectation;
  return exchange({
    method,
    origin,
    target: base.slice(origin.length).replace(/\/$/, '') + compute(target, facts),
    headers: compute(headers, facts),
    ...(body === undefined ? {} : { body: compute(body, facts) }),
  });
}
