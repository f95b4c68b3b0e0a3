import { WebError } from '../errors';

/** A request was about to leave for something else than this site's own `/api/`: a mistake in the code. */
export class ForeignRequestError extends WebError {
  readonly code = 'ERR_FOREIGN_REQUEST';

  constructor(path: string) {
    super(
      `The access token may go to this site's /api/ paths only, not to "${path}": ask for a path below /api/.`,
    );
  }
}

/** Somebody is signed in, and yet there is no valid access token: the session could not be renewed. */
export class NoAccessTokenError extends WebError {
  readonly code = 'ERR_NO_ACCESS_TOKEN';

  /** Whether the login service refused, rather than being out of reach: then asking again does not help. */
  get final(): boolean {
    return this.cause instanceof Error && this.cause.name === 'ErrorResponse';
  }
}

/** No answer came: the network is down, the connection broke, or the answer was a redirect. */
export class ApiUnreachableError extends WebError {
  readonly code = 'ERR_API_UNREACHABLE';
}

/** No answer came in time. */
export class ApiTimeoutError extends WebError {
  readonly code = 'ERR_API_TIMEOUT';

  constructor(
    readonly timeoutMs: number,
    options?: ErrorOptions,
  ) {
    super(`No answer within ${timeoutMs / 1000} seconds`, options);
  }
}

/** What a refusal says about itself, as far as it could be read. */
export interface Refusal {
  /** HTTP status. */
  status: number;
  /** Who refused, told by the body: the API answers problem details, API Gateway `{"message"}`. */
  by: 'api' | 'gateway' | 'unknown';
  /** The reason in words. */
  reason?: string | undefined;
  /** To quote when asking for help. */
  requestId?: string | undefined;
  /** Seconds to wait before asking again. */
  retryAfterSeconds?: number | undefined;
}

/** The request was answered with an error status. */
export class ApiRefusedError extends WebError {
  readonly code = 'ERR_API_REFUSED';

  constructor(readonly refusal: Refusal) {
    super(`The API answered ${refusal.status}`);
  }
}

/** The request succeeded, with an answer that is not what the contract promises. */
export class UnexpectedAnswerError extends WebError {
  readonly code = 'ERR_UNEXPECTED_ANSWER';
}
