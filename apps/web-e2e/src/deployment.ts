import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod/mini';

/** Who signs in. */
export interface Account {
  readonly username: string;
  readonly password: string;
}

/** What the tests run against. They know URLs and an account, nothing else. */
export interface Deployment {
  /** Where the site is, without a trailing slash. */
  readonly siteUrl: string;
  /** Where API Gateway is reached around the site, stage included; `undefined` when not told. */
  readonly apiEndpoint: string | undefined;
  readonly account: Account;
  /** Where faults are switched on; a deployment has no such place. */
  readonly consoleUrl: string | undefined;
  /** Whether everything on the way, sign-in included, is this repository's. */
  readonly local: boolean;
}

/** The file the local cloud writes once everything answers, and removes when it ends. */
export const STATE_FILE = join(import.meta.dirname, '..', 'test-output', 'local-cloud.json');

const State = z.object({
  url: z.url(),
  apiEndpoint: z.url(),
  consoleUrl: z.url(),
  users: z.array(z.object({ username: z.string(), password: z.string() })).check(z.minLength(1)),
});

const REQUIRED = ['BASE_URL', 'E2E_USERNAME', 'E2E_PASSWORD'] as const;

/**
 * The deployment the environment names, or `undefined` when it names none: then the tests start the local cloud.
 *
 * @throws {Error} naming what is missing when it is named in part
 */
export function namedDeployment(
  environment: Readonly<Record<string, string | undefined>>,
): Deployment | undefined {
  const { BASE_URL: url, E2E_USERNAME: username, E2E_PASSWORD: password } = environment;
  if (!url) return undefined;
  if (!username || !password) {
    const missing = REQUIRED.filter((variable) => !environment[variable]);
    throw new Error(
      `BASE_URL is ${url}, and ${missing.join(' and ')} missing: name the account that signs in there`,
    );
  }
  if (!URL.canParse(url))
    throw new Error(`BASE_URL is ${url}: give a URL such as https://d111.cloudfront.net`);
  return {
    siteUrl: new URL(url).origin,
    apiEndpoint: environment['API_ENDPOINT']?.replace(/\/$/, ''),
    account: { username, password },
    consoleUrl: undefined,
    local: false,
  };
}

/**
 * The local cloud these tests have started.
 *
 * @param url where it said that its site is: a file left over from another run names another one
 */
export async function localDeployment(url: string): Promise<Deployment> {
  for (let tries = 0; tries < 100; tries += 1) {
    const state = existsSync(STATE_FILE)
      ? State.parse(JSON.parse(readFileSync(STATE_FILE, 'utf8')))
      : undefined;
    const [account] = state?.users ?? [];
    if (state?.url === url && account) {
      const { apiEndpoint, consoleUrl } = state;
      return { siteUrl: url, apiEndpoint, account, consoleUrl, local: true };
    }
    await setTimeout(100);
  }
  throw new Error(`The local cloud runs at ${url} and has not written ${STATE_FILE}`);
}
