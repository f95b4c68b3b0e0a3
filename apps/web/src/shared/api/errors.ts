/** Base class of the errors of API calls. `code` is stable: use it to tell errors apart. */
export abstract class ApiError extends Error {
  abstract readonly code: string;
}

/** The code tried to call a URL outside this site's `/api/`. Thrown before anything is sent. */
export class NotAnApiPathError extends ApiError {
  readonly code = 'ERR_NOT_AN_API_PATH';
}

/** The user is signed in, but the access token has expired and could not be renewed. `cause` says why. */
export class NoAccessTokenError extends ApiError {
  readonly code = 'ERR_NO_ACCESS_TOKEN';
}

/** No response: the network is down, the connection broke, or the response was a redirect. */
export class ApiUnreachableError extends ApiError {
  readonly code = 'ERR_API_UNREACHABLE';
}

/** No response in time. */
export class ApiTimeoutError extends ApiError {
  readonly code = 'ERR_API_TIMEOUT';
}

/** Content of an error response, as far as it could be read. */
export interface ErrorDetails {
  /** HTTP status. */
  status: number;
  /** The service that sent the response: the API sends problem details, API Gateway sends `{"message"}`. */
  source: 'api' | 'gateway' | 'unknown';
  reason?: string | undefined;
  requestId?: string | undefined;
  /** Seconds to wait before the next request. */
  retryAfterSeconds?: number | undefined;
}

/** The response has an error status. */
export class ApiStatusError extends ApiError {
  readonly code = 'ERR_API_STATUS';

  constructor(readonly details: ErrorDetails) {
    super(`The API returned status ${details.status}`);
  }
}

/** The response has a success status, but its body does not match the schema of the operation. */
export class UnexpectedResponseError extends ApiError {
  readonly code = 'ERR_UNEXPECTED_RESPONSE';
}
