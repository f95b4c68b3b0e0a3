import { expect, test } from 'vitest';
import type { ErrorContext } from 'react-oidc-context';
import { userWith } from '../../../test/user';
import { authState } from './auth-state';

const quiet = { isLoading: false };

function failed(source: 'renewSilent' | 'signinCallback'): ErrorContext {
  return Object.assign(new Error('no'), { source });
}

test('nothing is known while the stored session is read', () => {
  expect(authState({ ...quiet, isLoading: true }).kind).toBe('starting');
});

test('going to the login page is no reason to hide the page', () => {
  expect(authState({ ...quiet, isLoading: true, activeNavigator: 'signinRedirect' }).kind).toBe('signed-out');
});

test('without a user nobody is signed in, and no session has ended', () => {
  expect(authState(quiet)).toEqual({ kind: 'signed-out', ended: undefined });
});

test('with a user somebody is', () => {
  expect(authState({ ...quiet, user: userWith() }).kind).toBe('signed-in');
});

test('a login that did not work is told', () => {
  expect(authState({ ...quiet, error: failed('signinCallback') }).kind).toBe('failed');
});

test('a renewal that failed does not end a session before its time', () => {
  expect(authState({ ...quiet, user: userWith(), error: failed('renewSilent') }).kind).toBe('signed-in');
});

test('an expired session that can be renewed goes on', () => {
  expect(
    authState({ ...quiet, user: userWith({}, -5), isLoading: true, activeNavigator: 'signinSilent' }).kind,
  ).toBe('signed-in');
});

test('a renewal that cannot be had just now does not end an expired session', () => {
  expect(authState({ ...quiet, user: userWith({}, -5), error: failed('renewSilent') }).kind).toBe(
    'signed-in',
  );
});

test.each(['expired', 'elsewhere'] as const)('a session that ended, %s, is told apart', (ended) => {
  expect(authState({ ...quiet, error: failed('renewSilent') }, ended)).toEqual({ kind: 'signed-out', ended });
});

test('an expired session without a refresh token has ended', () => {
  const user = userWith({}, -5);
  delete user.refresh_token;
  expect(authState({ ...quiet, user })).toEqual({ kind: 'signed-out', ended: 'expired' });
});
