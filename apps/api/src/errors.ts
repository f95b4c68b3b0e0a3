import { STATUS_CODES } from 'node:http';

type Headers = Readonly<Record<string, string>>;

/** Error that rejects a request. The error handler sends it as problem details (RFC 9457). */
export abstract class ApiError extends Error {
  /** Stable name of the error, for logs and tests. */
  abstract readonly code: string;
  /** HTTP status of the response. */
  abstract readonly status: number;
  /** Headers of the response, in addition to those of every response. */
  readonly headers: Headers;

  constructor(message: string, { headers = {}, ...options }: ErrorOptions & { headers?: Headers } = {}) {
    super(message, options);
    this.headers = headers;
  }

  /** Title of the problem: the phrase of the status, which RFC 9457 requires for the type `about:blank`. */
  get title(): string {
    return STATUS_CODES[this.status] ?? 'Error';
  }
}

/** The request is not valid HTTP (RFC 9112). */
export class MalformedRequestError extends ApiError {
  readonly code = 'ERR_MALFORMED_REQUEST';
  readonly status = 400;
}

/** The URL has percent-encoding that is not UTF-8, such as `/api/greeting?name=%zz`. */
export class MalformedUrlError extends ApiError {
  readonly code = 'ERR_MALFORMED_URL';
  readonly status = 400;
}

/** Query parameters do not match their schema. The message names each one and what is allowed. */
export class BadQueryError extends ApiError {
  readonly code = 'ERR_BAD_QUERY';
  readonly status = 400;
}

/** The body is not JSON, or does not match its schema. The message names each property and what is allowed. */
export class BadBodyError extends ApiError {
  readonly code = 'ERR_BAD_BODY';
  readonly status = 400;
}

/** The request has no access token. `WWW-Authenticate` has only the scheme (RFC 6750, section 3.1). */
export class NoTokenError extends ApiError {
  readonly code = 'ERR_NO_TOKEN';
  readonly status = 401;

  constructor() {
    super('No access token. Send it as "Authorization: Bearer <token>"', {
      headers: { 'WWW-Authenticate': 'Bearer' },
    });
  }
}

/** The token was rejected. The `reason` goes to the log only, not to the caller. */
export class InvalidTokenError extends ApiError {
  readonly code = 'ERR_INVALID_TOKEN';
  readonly status = 401;

  /** @param reason must not contain any part of the token */
  constructor(
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super('The access token is not valid or has expired', {
      ...options,
      headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
    });
  }
}

/** The token is valid but does not have the scope. */
export class InsufficientScopeError extends ApiError {
  readonly code = 'ERR_INSUFFICIENT_SCOPE';
  readonly status = 403;

  constructor(scope: string) {
    super(`The access token does not have the scope ${scope}`, {
      headers: { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
    });
  }
}

/** No route has this path, or the caller has no such resource. */
export class NotFoundError extends ApiError {
  readonly code = 'ERR_NOT_FOUND';
  readonly status = 404;

  constructor() {
    super('Not found');
  }
}

/** The path exists, but not with this method. `Allow` lists the methods. */
export class MethodNotAllowedError extends ApiError {
  readonly code = 'ERR_METHOD_NOT_ALLOWED';
  readonly status = 405;

  constructor(methods: readonly string[]) {
    const allow = methods.join(', ');
    super(`Method not allowed. Use ${allow}`, { headers: { Allow: allow } });
  }
}

/** The request was not complete in time. */
export class RequestTimeoutError extends ApiError {
  readonly code = 'ERR_REQUEST_TIMEOUT';
  readonly status = 408;
}

/** The body exceeds the size limit. */
export class BodyTooLargeError extends ApiError {
  readonly code = 'ERR_BODY_TOO_LARGE';
  readonly status = 413;
}

/** The body has an unsupported type or encoding, or the operation has no body. */
export class UnsupportedBodyError extends ApiError {
  readonly code = 'ERR_UNSUPPORTED_BODY';
  readonly status = 415;
}

/** The `Expect` header is not `100-continue`. */
export class ExpectationFailedError extends ApiError {
  readonly code = 'ERR_EXPECTATION_FAILED';
  readonly status = 417;
}

/** The request line and headers exceed the size limit. */
export class HeadersTooLargeError extends ApiError {
  readonly code = 'ERR_HEADERS_TOO_LARGE';
  readonly status = 431;
}

/** Temporary failure. `Retry-After` has the number of seconds to wait. */
abstract class RetryLaterError extends ApiError {
  readonly status = 503;

  constructor(problem: string, retryAfterMs: number, options?: ErrorOptions) {
    const seconds = String(Math.max(1, Math.ceil(retryAfterMs / 1_000)));
    super(`${problem}; retry in ${seconds} s`, { ...options, headers: { 'Retry-After': seconds } });
  }
}

/** The process does not accept requests: it is starting, stopping, or waiting for its store. */
export class NotReadyError extends RetryLaterError {
  readonly code = 'ERR_NOT_READY';
}

/** The process has too many in-flight requests. */
export class OverloadedError extends RetryLaterError {
  readonly code = 'ERR_OVERLOADED';
}

/** The token could not be verified, because the issuer's keys are unavailable. */
export class KeysUnavailableError extends RetryLaterError {
  readonly code = 'ERR_KEYS_UNAVAILABLE';

  constructor(options?: ErrorOptions) {
    super('Could not verify the access token', 5_000, options);
  }
}

/** The store of greetings is unavailable. */
export class StoreUnavailableError extends RetryLaterError {
  readonly code = 'ERR_STORE_UNAVAILABLE';

  constructor(retryAfterMs: number, options?: ErrorOptions) {
    super('Greetings are temporarily unavailable', retryAfterMs, options);
  }
}

/** All reserved ids are used, and no more could be reserved in time. */
export class GreetingIdsUnavailableError extends RetryLaterError {
  readonly code = 'ERR_GREETING_IDS_UNAVAILABLE';

  constructor(retryAfterMs: number) {
    super('Could not allocate an ID', retryAfterMs);
  }
}

/** The table returned a block of ids that must not be used. */
export class BadBlockError extends Error {
  readonly code = 'ERR_BAD_BLOCK';
}

/** An item of the table is not a greeting. */
export class BadItemError extends Error {
  readonly code = 'ERR_BAD_ITEM';
}

/** The environment variables are not valid. The message lists all of them. */
export class ConfigError extends Error {
  readonly code = 'ERR_CONFIG';

  constructor(problems: readonly string[], options?: ErrorOptions) {
    const list = problems.map((problem) => `  ${problem}`).join('\n');
    super(`The API cannot start. Fix its environment variables:\n${list}`, options);
  }
}
