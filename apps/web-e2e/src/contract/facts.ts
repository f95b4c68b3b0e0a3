import { randomUUID } from 'node:crypto';
import { expect, type Browser } from '@playwright/test';
import type { Facts as ContractFacts } from '@spa-on-aws/local-cloud/contract';
import { OPENAPI_PATH } from '@spa-on-aws/shared-types';
import type { Deployment } from '../deployment';
import { SignedInUser } from '../signed-in-user';

/** Values of the deployment that the contract and other tests need. */
export type Facts = ContractFacts & { readonly deployment: Deployment };

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
    apiPath: OPENAPI_PATH,
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
