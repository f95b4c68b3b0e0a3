import { expect, test } from 'vitest';
import {
  ApiRefusedError,
  ApiTimeoutError,
  ApiUnreachableError,
  NoAccessTokenError,
  type Refusal,
  UnexpectedAnswerError,
} from './api-errors';
import { explainFailure } from './explain-failure';

const refused = (refusal: Omit<Refusal, 'by'>) => new ApiRefusedError({ by: 'gateway', ...refusal });
const explain = (error: unknown, signedIn = true) => explainFailure(error, signedIn, true);

test('a guest is told that nobody is signed in', () => {
  expect(explain(refused({ status: 401, reason: 'Unauthorized' }), false)).toEqual({
    why: 'The API refused the request (401): nobody is signed in. Log in, then fetch again.',
    remedy: 'login',
  });
});

test('who is signed in is told what is wrong with the session', () => {
  expect(explain(refused({ status: 401, reason: 'The incoming token has expired' }))).toEqual({
    why:
      'The API refused the request (401): your session was not accepted. The incoming token has expired. ' +
      'Log in again, then fetch again.',
    remedy: 'login',
  });
});

test.each([
  [{ status: 400, reason: 'name: too long' }, 'The API refused the request (400). name: too long.', 'none'],
  [{ status: 400 }, 'The API refused the request (400). It gave no reason.', 'none'],
  [{ status: 403, reason: 'Forbidden' }, 'your account may not do this. Forbidden.', 'none'],
  [{ status: 404 }, 'there is no such thing, or not any more.', 'none'],
  [{ status: 502 }, 'The API failed (502). Try again in a moment.', 'retry'],
  [{ status: 503 }, 'The API is not available just now (503). Try again in a moment.', 'retry'],
])('%o is explained', (refusal, why, remedy) => {
  const failure = explain(refused(refusal));
  expect(failure.why).toContain(why);
  expect(failure.remedy).toBe(remedy);
});

test('a failure of the API comes with the request to quote', () => {
  expect(explain(refused({ status: 500, reason: 'No ids!', requestId: 'r1' }))).toEqual({
    why: 'The API failed (500). No ids! Try again in a moment.',
    remedy: 'retry',
    requestId: 'r1',
  });
});

test.each([
  [7, 7],
  [undefined, 5],
])('too many requests: when told %s, asking again takes %d seconds', (retryAfterSeconds, seconds) => {
  expect(explain(refused({ status: 429, retryAfterSeconds }))).toEqual({
    why: 'The API refused the request (429): too many requests.',
    remedy: 'retry',
    retryAfterSeconds: seconds,
  });
});

test.each([
  [new ApiUnreachableError('The API could not be reached'), 'Check your connection', 'retry'],
  [new ApiTimeoutError(30_000), 'within 30 seconds. The API may be busy: try again', 'retry'],
  [new UnexpectedAnswerError('no greeting'), 'load the page again', 'reload'],
  [new NoAccessTokenError('no', { cause: new TypeError('Failed to fetch') }), 'try again', 'retry'],
  [
    new NoAccessTokenError('no', { cause: Object.assign(new Error('no'), { name: 'ErrorResponse' }) }),
    'Your session has ended. Log in again',
    'login',
  ],
])('%s says what to do', (error, why, remedy) => {
  const failure = explain(error);
  expect(failure.why).toContain(why);
  expect(failure.remedy).toBe(remedy);
});

test.each([new ApiUnreachableError('down'), new NoAccessTokenError('no')])(
  'without a network %s is no riddle',
  (error) => {
    expect(explainFailure(error, true, false).why).toContain('You are offline.');
  },
);

test('a mistake in the code is not explained away', () => {
  expect(() => explain(new ReferenceError('x is not defined'))).toThrow('x is not defined');
});
