import {
  ApiRefusedError,
  ApiTimeoutError,
  ApiUnreachableError,
  NoAccessTokenError,
  type Refusal,
  UnexpectedAnswerError,
} from '../../shared/api/api-errors';

/** Says why fetching failed and what to do about it. */
export function fetchFailure(error: unknown, signedIn: boolean): string {
  if (error instanceof ApiRefusedError) return refusal(error.refusal, signedIn);
  if (error instanceof ApiTimeoutError)
    return `${error.message}. The API may be busy: try again in a moment.`;
  if (error instanceof ApiUnreachableError)
    return `${error.message}. Check your connection, then fetch again.`;
  if (error instanceof NoAccessTokenError) return `${error.message}. Log in again, then fetch again.`;
  if (error instanceof UnexpectedAnswerError) {
    return `${error.message}. This page and the API may be of different versions: reload the page.`;
  }
  throw error;
}

function refusal({ status, reason, requestId, retryAfterSeconds }: Refusal, signedIn: boolean): string {
  const refused = `The API refused the request (${status}): `;
  const because = reason === undefined ? '' : ` ${sentence(reason)}`;
  if (status === 401 && !signedIn) return `${refused}nobody is signed in. Log in, then fetch again.`;
  if (status === 401) return `${refused}your session was not accepted.${because} Log out, and log in again.`;
  if (status === 403) return `${refused}your account may not do this.${because}`;
  if (status === 404) return `${refused}it does not know this path.${because}`;
  if (status === 429)
    return `${refused}too many requests. Try again in ${retryAfterSeconds ?? 'a few'} seconds.`;
  if (status < 500) return refused + (reason === undefined ? 'it gave no reason.' : sentence(reason));
  const quote = requestId === undefined ? '' : ` If it lasts, quote request ${requestId}.`;
  return `The API failed (${status}).${because} Try again in a moment.${quote}`;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
