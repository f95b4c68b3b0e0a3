import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ADMIN_GROUP } from '@spa-on-aws/shared-types';
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
  /** A user who is in no group. */
  readonly account: Account;
  /** A second user; `undefined` when there is none. */
  readonly otherAccount: Account | undefined;
  /** A member of the group `admins`; `undefined` when there is none. */
  readonly adminAccount: Account | undefined;
  /** URL of the container; only of a local cloud that runs one. */
  readonly backendUrl?: string;
  /** URL for fault injection; only of a local cloud. */
  readonly consoleUrl?: string;
  /** True for a local cloud. */
  readonly local: boolean;
}

/** Content of a local cloud's state file. */
const State = z.object({
  url: z.url(),
  apiEndpoint: z.url(),
  consoleUrl: z.url(),
  backendUrl: z.union([z.url(), z.literal('')]),
  users: z.array(
    z.object({
      username: z.string(),
      password: z.string(),
      groups: z._default(z.array(z.string()), []),
    }),
  ),
});

/** Returns a local cloud of the Playwright configuration, or of a test, by its state file in `test-output`. */
export function localDeployment(name: string): Deployment {
  const file = join(import.meta.dirname, '..', 'test-output', `${name}.json`);
  const { url, users, backendUrl, ...urls } = State.parse(JSON.parse(readFileSync(file, 'utf8')));
  const isAdmin = ({ groups }: (typeof users)[number]) => groups.includes(ADMIN_GROUP);
  const account = users.find((user) => !isAdmin(user));
  if (account === undefined) throw new Error(`${file} names no user outside the group ${ADMIN_GROUP}`);
  return {
    ...urls,
    ...(backendUrl && { backendUrl }),
    siteUrl: url,
    account,
    otherAccount: users.find((user) => user !== account),
    adminAccount: users.find(isAdmin),
    local: true,
  };
}

/** Returns the deployment that the environment names; `undefined` when the tests start local clouds. */
export function namedDeployment(): Deployment | undefined {
  const { BASE_URL, API_ENDPOINT, E2E_USERNAME, E2E_PASSWORD, E2E_ADMIN_USERNAME, E2E_ADMIN_PASSWORD } =
    process.env;
  if (!BASE_URL) return undefined;
  return {
    siteUrl: new URL(BASE_URL).origin,
    apiEndpoint: API_ENDPOINT?.replace(/\/$/, ''),
    account: { username: E2E_USERNAME ?? '', password: E2E_PASSWORD ?? '' },
    otherAccount: undefined,
    adminAccount: E2E_ADMIN_USERNAME
      ? { username: E2E_ADMIN_USERNAME, password: E2E_ADMIN_PASSWORD ?? '' }
      : undefined,
    local: false,
  };
}
