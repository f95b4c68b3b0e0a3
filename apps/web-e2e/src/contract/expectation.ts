import type { RuntimeConfig } from '@spa-on-aws/shared-types';
import type { Code } from '../signed-in-person';

/** Where a request of the contract goes. */
export type Door =
  'site' | 'site over http' | 'execute-api' | 'execute-api without a stage' | 'issuer' | 'login';

/** What a request may need to know of the deployment it goes to. */
export interface World {
  readonly siteUrl: string;
  readonly config: RuntimeConfig;
  /** Registered with the client. */
  readonly callbackUrl: string;
  readonly tokens: { readonly access: string; readonly id: string; readonly refresh: string };
  /** What the ID token repeats. */
  readonly nonce: string;
  /** Cookies of the login page, of who is signed in there. */
  readonly session: string;
  /** Codes that nobody has redeemed; each is good for one request. */
  readonly codes: { readonly good: Code; readonly wrongVerifier: Code; readonly elsewhere: Code };
  /** Of another sign-in, to be revoked. */
  readonly spareRefreshToken: string;
  /** Path of a script of the page, below `/assets/`. */
  readonly asset: string;
  /** The script's entity tag. */
  readonly assetTag: string;
}

/** A value that is said outright, or follows from the deployment. */
export type Known<T> = T | ((world: World) => T);

/** One line of the contract: a request, and what every deployment answers to it. */
export interface Expectation {
  /** Ids of the rows of behaviour it rests on. */
  readonly rows: readonly string[];
  /** The situation and what comes of it, in a sentence. */
  readonly name: string;
  readonly door: Door;
  /** `GET` unless told. */
  readonly method?: string;
  readonly target: Known<string>;
  readonly headers?: Known<Readonly<Record<string, string>>>;
  readonly body?: Known<string | Buffer>;
  readonly status: number | readonly number[];
  /** By lower-case name: the value, a pattern of it, or `undefined` for a header that must not be there. */
  readonly answerHeaders?: Known<Readonly<Record<string, string | RegExp | undefined>>>;
  /** The text, a pattern of it, or what it must be as JSON. */
  readonly answer?: Known<string | RegExp | { readonly json: unknown }>;
  /** Caches need to see a request before: how often it is sent at most until the answer fits. */
  readonly attempts?: number;
}

/** @returns what is known, given the world */
export function know<T>(known: Known<T>, world: World): T {
  return typeof known === 'function' ? (known as (world: World) => T)(world) : known;
}
