import { ErrorResponse } from 'oidc-client-ts';
import {
  ApiStatusError,
  ApiTimeoutError,
  ApiUnreachableError,
  type ErrorDetails,
  NoAccessTokenError,
  UnexpectedResponseError,
} from './errors';
import { failureText } from '../strings';
import { TIMEOUT_SECONDS } from './api-client';

/** The hops of a request to the API, in order. */
export const hops = ['Browser', 'CloudFront', 'API Gateway', 'API'] as const;

/** A failed API call, explained to the user. */
export interface Failure {
  /** Text for the user: what happened and what to do. */
  message: string;
  /** The action that can help; `none` when only a different request can succeed. */
  action: 'retry' | 'login' | 'reload' | 'none';
  /** The hop that ended the request, if the error shows it. */
  stoppedAt?: (typeof hops)[number] | undefined;
  /** Seconds to wait before a retry. */
  retryAfterSeconds?: number | undefined;
  /** Request ID for support. */
  requestId?: string | undefined;
  /** Request ID of any response, to find the request in the local cloud's console. */
  loggedAs?: string | undefined;
}

/** Wait after a 429 response without `Retry-After`. */
const DEFAULT_WAIT_SECONDS = 5;

const hopOfSource = { gateway: 'API Gateway', api: 'API', unknown: undefined } as const;

/**
 * Explains an error of the API client to the user.
 *
 * @throws the error itself if it does not come from an API call: it is a bug
 */
export function explainFailure(error: unknown, signedIn: boolean, online = navigator.onLine): Failure {
  if (error instanceof ApiStatusError) {
    const { source, requestId } = error.details;
    return {
      ...explainStatus(error.details, signedIn),
      stoppedAt: hopOfSource[source],
      loggedAs: requestId,
    };
  }
  if (error instanceof ApiTimeoutError) {
    return { message: failureText.timeout(TIMEOUT_SECONDS), action: 'retry' };
  }
  if (error instanceof ApiUnreachableError) {
    return {
      message: online ? failureText.unreachable : failureText.offline,
      action: 'retry',
      stoppedAt: 'Browser',
    };
  }
  if (error instanceof NoAccessTokenError) {
    if (!online) return { message: failureText.offline, action: 'retry' };
    return error.cause instanceof ErrorResponse
      ? { message: failureText.sessionEnded, action: 'login' }
      : { message: failureText.renewal, action: 'retry' };
  }
  if (error instanceof UnexpectedResponseError) return { message: failureText.unexpected, action: 'reload' };
  throw error;
}

function explainStatus(details: ErrorDetails, signedIn: boolean): Failure {
  const { status, retryAfterSeconds, requestId } = details;
  const reason = details.reason === undefined ? undefined : asSentence(details.reason);
  if (status === 401) {
    const message = signedIn
      ? join(failureText.notAccepted, reason, failureText.loginAgain)
      : failureText.signedOut;
    return { message, action: 'login' };
  }
  if (status === 403) return { message: join(failureText.forbidden, reason), action: 'none', requestId };
  if (status === 404) return { message: join(failureText.notFound, reason), action: 'none', requestId };
  if (status === 429) {
    return {
      message: failureText.tooMany,
      action: 'retry',
      retryAfterSeconds: retryAfterSeconds ?? DEFAULT_WAIT_SECONDS,
    };
  }
  if (status < 500) {
    return { message: join(failureText.rejected(status), reason ?? failureText.noReason), action: 'none' };
  }
  const summary = status === 503 || status === 504 ? failureText.unavailable : failureText.failed;
  const message = join(summary(status), reason, failureText.inAMoment);
  return { message, action: 'retry', requestId, retryAfterSeconds };
}

function join(...sentences: (string | undefined)[]): string {
  return sentences.filter((sentence) => sentence !== undefined).join(' ');
}

function asSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
