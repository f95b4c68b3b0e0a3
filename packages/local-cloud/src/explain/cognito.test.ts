import { expect, test } from 'vitest';
import { Trace } from '../trace/trace';
import type { CognitoEvents } from '../trace/cognito-events';
import { describeHop } from './describe-hop';

function described<Event extends keyof CognitoEvents>(event: Event, data: CognitoEvents[Event]) {
  const trace = new Trace();
  trace.add('cognito', event, data);
  return trace.hops.map(describeHop)[0];
}

test('describeHop gives the error of an OAuth endpoint and its detail', () => {
  expect(
    described('oauth.rejected', {
      endpoint: 'token',
      error: 'invalid_grant',
      detail: 'grant request is invalid',
    }),
  ).toEqual({
    service: 'Cognito',
    sentence: 'rejected with invalid_grant: grant request is invalid',
    facts: { Endpoint: 'token', Error: 'invalid_grant', Detail: 'grant request is invalid' },
  });
});

test('describeHop gives the reason of an error of the user pools API, also what the response hides', () => {
  const error = { operation: 'InitiateAuth', error: 'NotAuthorizedException', message: 'Wrong.\n' };
  expect(described('user-pools-api.rejected', { ...error, reason: 'the user does not exist' })).toEqual({
    service: 'Cognito',
    sentence: 'rejected with NotAuthorizedException: Wrong. (the user does not exist)',
    facts: { Operation: 'InitiateAuth', Error: 'NotAuthorizedException' },
  });
});

test('describeHop gives the reason of a failed sign-in, also what the login page hides', () => {
  expect(described('login.failed', { reason: 'unknown-user', failures: 2 })?.sentence).toBe(
    'sign-in failed: the user does not exist (failure 2 in a row)',
  );
});
