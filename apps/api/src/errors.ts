import { STATUS_CODES } from 'node:http';

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

/** No route has this path. */
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

/** The process takes no requests: it has not come so far yet, or it is stopping. */
export class NotReadyError extends ApiError {
  readonly code = 'ERR_NOT_READY';
  readonly status = 503;

  constructor(phase: 'starting' | 'stopping') {
    super(`The API is ${phase}`);
  }
}

/** All reserved ids are used, and no more can be reserved at the moment; `Retry-After` says when to ask again. */
export class GreetingIdsUnavailableError extends ApiError {
  readonly code = 'ERR_GREETING_IDS_UNAVAILABLE';
  readonly status = 503;
  override readonly headers: Readonly<Record<string, string>>;

  constructor(retryAfterMs: number) {
    const seconds = Math.max(1, Math.ceil(retryAfterMs / 1_000));
    super(`No greeting can be numbered at the moment: ask again in ${seconds} s`);
    this.headers = { 'Retry-After': String(seconds) };
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
