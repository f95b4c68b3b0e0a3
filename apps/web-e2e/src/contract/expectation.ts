import type { RuntimeConfig } from '@spa-on-aws/shared-types';
import type { Code } from '../signed-in-user';

/** The endpoint that a request is sent to. */
export type Endpoint =
  'site' | 'site over http' | 'execute-api' | 'execute-api without a stage' | 'issuer' | 'login';

/** Values of a deployment that requests need. */
export interface Facts {
  readonly siteUrl: string;
  readonly config: RuntimeConfig;
  /** Registered with the client. */
  readonly callbackUrl: string;
  readonly tokens: { readonly access: string; readonly id: string; readonly refresh: string };
  /** Nonce in the ID token. */
  readonly nonce: string;
  /** Session cookies of the login page. */
  readonly session: string;
  /** Unused codes, for one request each. */
  readonly codes: { readonly good: Code; readonly wrongVerifier: Code; readonly elsewhere: Code };
  /** Refresh token of another sign-in, to be revoked. */
  readonly spareRefreshToken: string;
  /** Path of a script of the page, below `/assets/`. */
  readonly asset: string;
  /** The script's entity tag. */
  readonly assetTag: string;
}

/** A literal value, or one computed from the deployment. */
export type Computed<T> = T | ((facts: Facts) => T);

/** A request, and the response that every deployment must send. */
export interface Expectation {
  /** Ids of rows in the table of AWS behavior. */
  readonly rows: readonly string[];
  /** The situation and the expected behavior. */
  readonly name: string;
  readonly endpoint: Endpoint;
  /** @default 'GET' */
  readonly method?: string;
  readonly target: Computed<string>;
  readonly headers?: Computed<Readonly<Record<string, string>>>;
  readonly body?: Computed<string | Buffer>;
  readonly status: number | readonly number[];
  /** By lower-case name: the value, a pattern, or `undefined` for a header that must be absent. */
  readonly responseHeaders?: Computed<Readonly<Record<string, string | RegExp | undefined>>>;
  /** The text, a pattern, or a JSON value. */
  readonly responseBody?: Computed<string | RegExp | { readonly json: unknown }>;
  /** Maximum number of tries: caches must have seen a request before. */
  readonly attempts?: number;
}

/** Returns a value, computed if necessary. */
export function compute<T>(value: Computed<T>, facts: Facts): T {
  return typeof value === 'function' ? (value as (facts: Facts) => T)(facts) : value;
}
