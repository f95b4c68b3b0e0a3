import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod/mini';

/** Credentials of a test user. */
export interface Account {
  readonly username: string;
  readonly password: string;
}

/** The deployment under test. Tests know only its URLs and accounts. */
export interface Deployment {
  /** URL of the site, without a trailing slash. */
  readonly siteUrl: string;
  /** URL of API Gateway, stage included; `undefined` when not given. */
  readonly apiEndpoint: string | undefined;
  readonly account: Account;
  /** A second user; `undefined` when there is only one. */
  readonly otherAccount: Account | undefined;
  /** URL of the container; only of a local cloud. */
  readonly backendUrl: string | undefined;
  /** URL for fault injection; only of a local cloud. */
  readonly consoleUrl: string | undefined;
  /** True for a local cloud. */
  readonly local: boolean;
}

/** Returns the path of a local cloud's state file. The file exists while the local cloud runs. */
export const stateFile = (name: string): string =>
  join(import.meta.dirname, '..', 'test-output', `${name}.json`);

const State = z.object({
  url: z.url(),
  apiEndpoint: z.url(),
  consoleUrl: z.url(),
  backendUrl: z.url(),
  users: z.array(z.object({ username: z.string(), password: z.string() })).check(z.minLength(1)),
});

const REQUIRED = ['BASE_URL', 'E2E_USERNAME', 'E2E_PASSWORD'] as const;

/**
 * Returns the deployment that the environment names; `undefined` when it names none, and the tests start a local cloud.
 *
 * @throws {Error} when only some of the variables are set
 */
export function namedDeployment(
  environment: Readonly<Record<string, string | undefined>>,
): Deployment | undefined {
  const { BASE_URL: url, E2E_USERNAME: username, E2E_PASSWORD: password } = environment;
  if (!url) return undefined;
  if (!username || !password) {
    const missing = REQUIRED.filter((variable) => !environment[variable]);
    throw new Error(
      `BASE_URL is ${url}, but ${missing.join(' and ')} missing: set the credentials of a user of that deployment`,
    );
  }
  if (!URL.canParse(url))
    throw new Error(`BASE_URL is ${url}: give a URL such as https://d111.cloudfront.net`);
  return {
    siteUrl: new URL(url).origin,
    apiEndpoint: environment['API_ENDPOINT']?.replace(/\/$/, ''),
    account: { username, password },
    otherAccount: undefined,
    backendUrl: undefined,
    consoleUrl: undefined,
    local: false,
  };
}

/**
 * Returns a local cloud that these tests have started, once it has written its state file.
 *
 * @param file its state file
 * @param url URL of its site, as printed; the file of an earlier run has another URL
 */
export async function localDeployment(file: string, url?: string): Promise<Deployment> {
  for (let tries = 0; tries < 100; tries += 1) {
    const state = existsSync(file) ? State.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
    const [account, otherAccount] = state?.users ?? [];
    if (state && account && (url === undefined || state.url === url)) {
      const { url: siteUrl, apiEndpoint, consoleUrl, backendUrl } = state;
      return { siteUrl, apiEndpoint, account, otherAccount, backendUrl, consoleUrl, local: true };
    }
    await setTimeout(100);
  }
  throw new Error(`The local cloud ${url === undefined ? '' : `at ${url} `}has not written ${file}`);
}
