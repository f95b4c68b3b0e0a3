/** An unused code and its verifier. */
export interface Code {
  readonly code: string;
  readonly verifier: string;
}

/** Values of a deployment that requests need. */
export interface Facts {
  readonly deployment: {
    /** URL of the site, without a trailing slash. */
    readonly siteUrl: string;
    /** URL of API Gateway, stage included; `undefined` when not known. */
    readonly apiEndpoint: string | undefined;
  };
  readonly config: {
    readonly issuer: string;
    /** Origin of managed login. */
    readonly cognitoDomain: string;
    readonly clientId: string;
    readonly scopes: readonly string[];
  };
  /** Path of an operation of the API that responds to GET with a JSON object, to signed-in users only. */
  readonly apiPath: string;
  /** Redirect URL that is registered with the client. */
  readonly callbackUrl: string;
  readonly tokens: {
    readonly access_token: string;
    readonly id_token: string;
    readonly refresh_token: string;
  };
  /** Nonce in the ID token. */
  readonly nonce: string;
  /** Session cookies of the login page. */
  readonly session: string;
  /** Unused codes, for one request each. */
  readonly codes: { readonly good: Code; readonly wrongVerifier: Code; readonly elsewhere: Code };
  /** Refresh token of another sign-in, to be revoked. */
  readonly spareRefreshToken: string;
  /** Path of the page's main script. CloudFront compresses it: it has more than 1,000 bytes. */
  readonly asset: string;
  /** Entity tag of the script. */
  readonly assetTag: string;
}

/** The endpoint that a request is sent to. */
export type Endpoint =
  'site' | 'site over http' | 'execute-api' | 'execute-api without a stage' | 'issuer' | 'login';

/** A literal value, or one computed from the deployment. */
export type Computed<T> = T | ((facts: Facts) => T);

/** A response as received. */
export interface WireResponse {
  readonly status: number;
  /** By lower-case name; repeated fields joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

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
