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

/** Input does not match its schema. The message names each property and what is allowed. */
export class InvalidInputError extends ApiError {
  readonly code = 'ERR_INVALID_INPUT';
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

/** The user is not a member of the group that the operation requires. */
export class NotInGroupError extends ApiError {
  readonly code = 'ERR_NOT_IN_GROUP';
  readonly status = 403;

  constructor(group: string) {
    super(`Only members of the group ${group} can do this`);
  }
}

/** No route has this path, or the user has no such resource. */
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

/** The body is not JSON. */
export class UnsupportedMediaTypeError extends ApiError {
  readonly code = 'ERR_UNSUPPORTED_MEDIA_TYPE';
  readonly status = 415;

  constructor() {
    super('The body must be JSON, with Content-Type: application/json');
  }
}

/** The response to a request that cannot succeed now. `Retry-After` has the number of seconds to wait. */
abstract class RetryLaterError extends ApiError {
  readonly status = 503;

  constructor(problem: string, options?: ErrorOptions) {
    super(`${problem}; retry in 5 s`, { ...options, headers: { 'Retry-After': '5' } });
  }
}

/** The process is stopping. */
export class StoppingError extends RetryLaterError {
  readonly code = 'ERR_STOPPING';

  constructor() {
    super('The API is stopping');
  }
}

/** The token could not be verified, because the issuer's keys are unavailable. */
export class KeysUnavailableError extends RetryLaterError {
  readonly code = 'ERR_KEYS_UNAVAILABLE';

  constructor(options?: ErrorOptions) {
    super('Could not verify the access token', options);
  }
}

/** A table is unavailable. */
export class StoreUnavailableError extends RetryLaterError {
  readonly code = 'ERR_STORE_UNAVAILABLE';

  constructor(options?: ErrorOptions) {
    super('Greetings are temporarily unavailable', options);
  }
}

/** Rejects with a {@link StoreUnavailableError}: `await client.send(command).catch(storeUnavailable)`. */
export function storeUnavailable(cause: unknown): never {
  throw new StoreUnavailableError({ cause });
}

/** The environment variables are not valid. The message lists all of them. */
export class ConfigError extends Error {
  readonly code = 'ERR_CONFIG';

  constructor(problems: readonly string[], options?: ErrorOptions) {
    const list = problems.map((problem) => `  ${problem}`).join('\n');
    super(`The API cannot start. Fix its environment variables:\n${list}`, options);
  }
}
