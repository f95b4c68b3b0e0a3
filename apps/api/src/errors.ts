import { STATUS_CODES } from 'node:http';
import type { Phase } from './health/readiness';

/** What a request can be refused with; the error handler turns it into problem details (RFC 9457). */
export abstract class ApiError extends Error {
  /** Stable name of the failure, for logs and tests. */
  abstract readonly code: string;
  /** HTTP status of the answer. */
  abstract readonly status: number;
  /** Headers the answer carries besides the usual ones. */
  readonly headers: Readonly<Record<string, string>> = {};

  /** Title of the problem: the status's own phrase, as RFC 9457 asks for with the type `about:blank`. */
  get title(): string {
    return STATUS_CODES[this.status] ?? 'Error';
  }
}

/** What is sent is not HTTP, or not HTTP the way RFC 9112 wants it. */
export class MalformedRequestError extends ApiError {
  readonly code = 'ERR_MALFORMED_REQUEST';
  readonly status = 400;
}

/** The URL holds percent-encoding that is no UTF-8 text, as in `/api/greeting?name=%zz`. */
export class MalformedUrlError extends ApiError {
  readonly code = 'ERR_MALFORMED_URL';
  readonly status = 400;

  constructor(options?: ErrorOptions) {
    super('The URL holds percent-encoding that is not UTF-8: encode it with encodeURIComponent', options);
  }
}

/** A query parameter is not what its schema allows; the message names each one and what is allowed. */
export class BadQueryError extends ApiError {
  readonly code = 'ERR_BAD_QUERY';
  readonly status = 400;
}

/** A body is no JSON, or not what its schema allows; the message names each fault and what is allowed. */
export class BadBodyError extends ApiError {
  readonly code = 'ERR_BAD_BODY';
  readonly status = 400;
}

/** No token came with the request (RFC 6750, 3.1: the answer names the scheme and nothing else). */
export class NoTokenError extends ApiError {
  readonly code = 'ERR_NO_TOKEN';
  readonly status = 401;
  override readonly headers = { 'WWW-Authenticate': 'Bearer' };

  constructor() {
    super('Send an access token: Authorization: Bearer …');
  }
}

/** The token is none that counts here. The caller is told no more than that; the log has the `reason`. */
export class InvalidTokenError extends ApiError {
  readonly code = 'ERR_INVALID_TOKEN';
  readonly status = 401;
  override readonly headers = { 'WWW-Authenticate': 'Bearer error="invalid_token"' };

  constructor(
    /** Why, in words that hold nothing of the token. */
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super('The access token is not valid, or no longer', options);
  }
}

/** The token is good and lacks the scope. */
export class InsufficientScopeError extends ApiError {
  readonly code = 'ERR_INSUFFICIENT_SCOPE';
  readonly status = 403;
  override readonly headers: Readonly<Record<string, string>>;

  constructor(scope: string) {
    super(`The access token lacks the scope ${scope}`);
    this.headers = { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${scope}"` };
  }
}

/** No route has this path, or nothing of the caller's is there. */
export class NotFoundError extends ApiError {
  readonly code = 'ERR_NOT_FOUND';
  readonly status = 404;

  constructor() {
    super('Nothing is at this path');
  }
}

/** The path exists and takes other methods, which the answer's `Allow` names. */
export class MethodNotAllowedError extends ApiError {
  readonly code = 'ERR_METHOD_NOT_ALLOWED';
  readonly status = 405;
  override readonly headers: Readonly<Record<string, string>>;

  constructor(allowed: readonly string[]) {
    const allow = allowed.join(', ');
    super(`This path takes ${allow}`);
    this.headers = { Allow: allow };
  }
}

/** The rest of a request did not come in time. */
export class RequestTimeoutError extends ApiError {
  readonly code = 'ERR_REQUEST_TIMEOUT';
  readonly status = 408;

  constructor() {
    super('The request did not come to its end in time');
  }
}

/** The body is larger than any that is taken. */
export class BodyTooLargeError extends ApiError {
  readonly code = 'ERR_BODY_TOO_LARGE';
  readonly status = 413;

  constructor(limitBytes: number) {
    super(`A body has at most ${limitBytes} bytes`);
  }
}

/** The body is of a kind that is not taken here. */
export class UnsupportedBodyError extends ApiError {
  readonly code = 'ERR_UNSUPPORTED_BODY';
  readonly status = 415;
}

/** `Expect` asks for what is not done here. */
export class ExpectationFailedError extends ApiError {
  readonly code = 'ERR_EXPECTATION_FAILED';
  readonly status = 417;

  constructor() {
    super('Expect may be 100-continue only');
  }
}

/** The headers are larger than any that are taken. */
export class HeadersTooLargeError extends ApiError {
  readonly code = 'ERR_HEADERS_TOO_LARGE';
  readonly status = 431;

  constructor(limitBytes: number) {
    super(`Request line and headers have at most ${limitBytes} bytes`);
  }
}

/** What may go well in a moment: `Retry-After` says when to ask again. */
abstract class TryAgainError extends ApiError {
  readonly status = 503;
  override readonly headers: Readonly<Record<string, string>>;

  constructor(what: string, retryAfterMs: number, options?: ErrorOptions) {
    const seconds = Math.max(1, Math.ceil(retryAfterMs / 1_000));
    super(`${what}: ask again in ${seconds} s`, options);
    this.headers = { 'Retry-After': String(seconds) };
  }
}

/** The process takes no requests: it has not come so far yet, it waits for its store, or it is stopping. */
export class NotReadyError extends TryAgainError {
  readonly code = 'ERR_NOT_READY';

  constructor(phase: Exclude<Phase, 'ready'>) {
    super(`The API is ${phase}`, 1_000);
  }
}

/** More is asked at once than can be answered in time. */
export class OverloadedError extends TryAgainError {
  readonly code = 'ERR_OVERLOADED';

  constructor() {
    super('Too much is asked at the moment', 1_000);
  }
}

/** Whether a token is good cannot be told: the issuer's keys are not to be had. */
export class KeysUnavailableError extends TryAgainError {
  readonly code = 'ERR_KEYS_UNAVAILABLE';

  constructor(options?: ErrorOptions) {
    super('Tokens cannot be verified at the moment', 5_000, options);
  }
}

/** Greetings cannot be kept, listed or deleted at the moment. */
export class StoreUnavailableError extends TryAgainError {
  readonly code = 'ERR_STORE_UNAVAILABLE';

  constructor(retryAfterMs: number, options?: ErrorOptions) {
    super('The greetings cannot be reached at the moment', retryAfterMs, options);
  }
}

/** All reserved ids are used, and no more can be reserved at the moment. */
export class GreetingIdsUnavailableError extends TryAgainError {
  readonly code = 'ERR_GREETING_IDS_UNAVAILABLE';

  constructor(retryAfterMs: number) {
    super('No greeting can be numbered at the moment', retryAfterMs);
  }
}

/** What a table gave as a block of ids is none that may be used. */
export class BadBlockError extends Error {
  readonly code = 'ERR_BAD_BLOCK';
}

/** The environment holds a configuration the API cannot start with; the message lists every fault. */
export class ConfigError extends Error {
  readonly code = 'ERR_CONFIG';

  constructor(
    readonly faults: readonly string[],
    options?: ErrorOptions,
  ) {
    super(
      `The API cannot start, its environment is wrong:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
      options,
    );
  }
}
