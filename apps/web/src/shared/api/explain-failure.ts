import { failureText } from '../strings';
import {
  ApiRefusedError,
  ApiTimeoutError,
  ApiUnreachableError,
  NoAccessTokenError,
  type Refusal,
  UnexpectedAnswerError,
} from './api-errors';

/** Why a request did not work, for people: what happened, and what they can do. */
export interface Failure {
  why: string;
  /** What helps: asking again, logging in, loading the page again, or nothing but another request. */
  remedy: 'retry' | 'login' | 'reload' | 'none';
  /** How long to wait before asking again. */
  retryAfterSeconds?: number;
  /** To quote when asking for help. */
  requestId?: string;
}

/** When the API limits requests, and does not say for how long. */
const USUAL_WAIT_SECONDS = 5;

/**
 * Puts what went wrong in words.
 *
 * @throws what is no failure of a request: a mistake in the code is not explained away
 */
export function explainFailure(error: unknown, signedIn: boolean, online = navigator.onLine): Failure {
  if (error instanceof ApiRefusedError) return explainRefusal(error.refusal, signedIn);
  if (error instanceof ApiTimeoutError)
    return { why: failureText.timeout(error.timeoutMs / 1000), remedy: 'retry' };
  if (error instanceof ApiUnreachableError)
    return { why: online ? failureText.unreachable : failureText.offline, remedy: 'retry' };
  if (error instanceof NoAccessTokenError) {
    if (!online) return { why: failureText.offline, remedy: 'retry' };
    return error.final
      ? { why: failureText.sessionEnded, remedy: 'login' }
      : { why: failureText.renewal, remedy: 'retry' };
  }
  if (error instanceof UnexpectedAnswerError) return { why: failureText.unexpected, remedy: 'reload' };
  throw error;
}

function explainRefusal(refusal: Refusal, signedIn: boolean): Failure {
  const { status, requestId, retryAfterSeconds } = refusal;
  const reason = refusal.reason === undefined ? undefined : sentence(refusal.reason);
  const quoted = requestId === undefined ? {} : { requestId };
  if (status === 401) {
    const why = signedIn ? words(failureText.notAccepted, reason, failureText.loginAgain) : failureText.guest;
    return { why, remedy: 'login' };
  }
  if (status === 403) return { why: words(failureText.forbidden, reason), remedy: 'none', ...quoted };
  if (status === 404) return { why: words(failureText.notFound, reason), remedy: 'none', ...quoted };
  if (status === 429) {
    return {
      why: failureText.tooMany,
      remedy: 'retry',
      retryAfterSeconds: retryAfterSeconds ?? USUAL_WAIT_SECONDS,
    };
  }
  if (status < 500) {
    return { why: words(failureText.refused(status), reason ?? failureText.noReason), remedy: 'none' };
  }
  const what = status === 503 || status === 504 ? failureText.unavailable : failureText.failed;
  return {
    why: words(what(status), reason, failureText.inAMoment),
    remedy: 'retry',
    ...quoted,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

function words(...parts: (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(' ');
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
