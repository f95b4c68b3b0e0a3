import { ErrorResponse } from 'oidc-client-ts';
import { expect, test } from 'vitest';
import {
  ApiStatusError,
  ApiTimeoutError,
  ApiUnreachableError,
  type ErrorDetails,
  NoAccessTokenError,
  UnexpectedResponseError,
} from './errors';
import { explainFailure } from './explain-failure';

const statusError = (details: Omit<ErrorDetails, 'source'>) =>
  new ApiStatusError({ source: 'gateway', ...details });
const explain = (error: unknown, signedIn = true) => explainFailure(error, signedIn, true);

test('a 401 asks a signed-out user to log in', () => {
  expect(explain(statusError({ status: 401, reason: 'Unauthorized' }), false)).toMatchObject({
    message: 'The API rejected the request (401): you’re not signed in. Log in, then try again.',
    action: 'login',
  });
});

test('a 401 tells a signed-in user why the access token was not accepted', () => {
  expect(explain(statusError({ status: 401, reason: 'The incoming token has expired' }))).toMatchObject({
    message:
      'The API rejected the request (401): your access token was not accepted. The incoming token has expired. ' +
      'Log in again, then try again.',
    action: 'login',
  });
});

test.each([
  [{ status: 400, reason: 'name: too long' }, 'The API rejected the request (400). name: too long.', 'none'],
  [{ status: 400 }, 'The API rejected the request (400). No reason was given.', 'none'],
  [{ status: 403, reason: 'Forbidden' }, 'your account does not have permission. Forbidden.', 'none'],
  [{ status: 404 }, 'Not found (404). It may have been deleted.', 'none'],
  [{ status: 502 }, 'The API failed (502). Try again in a moment.', 'retry'],
  [{ status: 503 }, 'The API is not available (503). Try again in a moment.', 'retry'],
])('explainFailure explains %o', (details, message, action) => {
  const failure = explain(statusError(details));
  expect(failure.message).toContain(message);
  expect(failure.action).toBe(action);
});

test('a 500 includes the request ID for support', () => {
  expect(explain(statusError({ status: 500, reason: 'No IDs!', requestId: 'r1' }))).toMatchObject({
    message: 'The API failed (500). No IDs! Try again in a moment.',
    action: 'retry',
    requestId: 'r1',
  });
});

test.each([
  [7, 7],
  [undefined, 5],
])('a 429 with Retry-After %s allows a retry after %d seconds', (retryAfterSeconds, seconds) => {
  expect(explain(statusError({ status: 429, retryAfterSeconds }))).toMatchObject({
    message: 'The API rejected the request (429): too many requests.',
    action: 'retry',
    retryAfterSeconds: seconds,
  });
});

test.each([
  [new ApiUnreachableError('The API could not be reached'), 'Check your connection', 'retry'],
  [new ApiTimeoutError('no response'), 'within 30 seconds. It may be busy: try again', 'retry'],
  [new UnexpectedResponseError('no greeting'), 'reload the page', 'reload'],
  [new NoAccessTokenError('no', { cause: new TypeError('Failed to fetch') }), 'try again', 'retry'],
  [
    new NoAccessTokenError('no', { cause: new ErrorResponse({ error: 'invalid_grant' }) }),
    'Your session has ended. Log in again',
    'login',
  ],
])('explainFailure says what to do after %s', (error, message, action) => {
  const failure = explain(error);
  expect(failure.message).toContain(message);
  expect(failure.action).toBe(action);
});

test.each([new ApiUnreachableError('down'), new NoAccessTokenError('no')])(
  'explainFailure says that the browser is offline after %s',
  (error) => {
    expect(explainFailure(error, true, false).message).toContain('You are offline.');
  },
);

test('explainFailure rethrows an error that does not come from an API call', () => {
  expect(() => explain(new ReferenceError('x is not defined'))).toThrow('x is not defined');
});
