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
  /** Somebody else who may sign in; `undefined` when there is one account only. */
  readonly otherAccount: Account | undefined;
  /** Where the container is reached around everything; a deployment's is not. */
  readonly backendUrl: string | undefined;
  /** Where faults are switched on; a deployment has no such place. */
  readonly consoleUrl: string | undefined;
  /** Whether everything on the way, sign-in included, is this repository's. */
  readonly local: boolean;
}

/** A file a local cloud writes once everything answers, and removes when it ends. */
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
    otherAccount: undefined,
    backendUrl: undefined,
    consoleUrl: undefined,
    local: false,
  };
}

/**
 * A local cloud that these tests have started, once it has written where everything is.
 *
 * @param file that it writes
 * @param url where it said that its site is: a file left over from another run names another one
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
  throw new Error(`The local cloud ${url === undefined ? '' : `runs at ${url} and `}has not written ${file}`);
}
