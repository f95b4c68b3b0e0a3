import type { Facts } from './facts';

/** The endpoint that a request is sent to. */
export type Endpoint =
  'site' | 'site over http' | 'execute-api' | 'execute-api without a stage' | 'issuer' | 'login';

/** A literal value, or one computed from the deployment. */
export type Computed<T> = T | ((facts: Facts) => T);

/** A request, and the response that every deployment must send. */
export interface Expectation {
  /** The situation, the expected behavior, and the ids of rows in the table of AWS behavior. */
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
  /** True when a cache must have seen the request before; it is repeated until the response conforms. */
  readonly cached?: boolean;
}

/** Requests to one endpoint and the expected responses, by name. */
export type Requests = Readonly<Record<string, Omit<Expectation, 'name' | 'endpoint'>>>;

/** Returns the expectations of requests to one endpoint. */
export function at(endpoint: Endpoint, requests: Requests): Expectation[] {
  return Object.entries(requests).map(([name, request]) => ({
    name: `${endpoint}: ${name}`,
    endpoint,
    ...request,
  }));
}

/** Returns the same requests for each of several values. */
export function each(values: readonly string[], requestsFor: (value: string) => Requests): Requests {
  return Object.assign({}, ...values.map(requestsFor)) as Requests;
}

/** Returns a value, computed if necessary. */
export function compute<T>(value: Computed<T>, facts: Facts): T {
  return typeof value === 'function' ? (value as (facts: Facts) => T)(facts) : value;
}
