import { expect, test } from 'vitest';
import {
  ApiRefusedError,
  ApiTimeoutError,
  ApiUnreachableError,
  NoAccessTokenError,
  type Refusal,
} from '../../shared/api/api-errors';
import { fetchFailure } from './fetch-failure';

const refused = (refusal: Omit<Refusal, 'by'>) => new ApiRefusedError({ by: 'gateway', ...refusal });

test('a guest is told that nobody is signed in', () => {
  expect(fetchFailure(refused({ status: 401, reason: 'Unauthorized' }), false)).toBe(
    'The API refused the request (401): nobody is signed in. Log in, then fetch again.',
  );
});

test('who is signed in is told what is wrong with the session', () => {
  expect(fetchFailure(refused({ status: 401, reason: 'The incoming token has expired' }), true)).toBe(
    'The API refused the request (401): your session was not accepted. The incoming token has expired. ' +
      'Log out, and log in again.',
  );
});

test.each([
  [{ status: 400, reason: 'name: too long' }, 'The API refused the request (400): name: too long.'],
  [{ status: 400 }, 'The API refused the request (400): it gave no reason.'],
  [{ status: 403, reason: 'Forbidden' }, 'your account may not do this. Forbidden.'],
  [{ status: 404 }, 'it does not know this path.'],
  [{ status: 429, retryAfterSeconds: 7 }, 'Try again in 7 seconds.'],
  [{ status: 429 }, 'Try again in a few seconds.'],
  [
    { status: 503, reason: 'No ids!', requestId: 'r1' },
    'The API failed (503). No ids! Try again in a moment. If it lasts, quote request r1.',
  ],
  [{ status: 502 }, 'The API failed (502). Try again in a moment.'],
])('%o is explained', (refusal, explanation) => {
  expect(fetchFailure(refused(refusal), true)).toContain(explanation);
});

test.each([
  [new ApiUnreachableError('The API could not be reached'), 'Check your connection'],
  [new ApiTimeoutError('No answer within 30 seconds'), 'try again in a moment'],
  [new NoAccessTokenError('The session could not be renewed'), 'Log in again'],
])('%s says what to do', (error, remedy) => {
  expect(fetchFailure(error, true)).toContain(remedy);
});

test('a mistake in the code is not explained away', () => {
  expect(() => fetchFailure(new ReferenceError('x is not defined'), true)).toThrow('x is not defined');
});
