import { expect, test } from 'vitest';
import type { ErrorContext } from 'react-oidc-context';
import { userWith } from '../../../test/user';
import { authState } from './auth-state';

const idle = { isLoading: false };

function errorOf(source: 'renewSilent' | 'signinCallback'): ErrorContext {
  return Object.assign(new Error('no'), { source });
}

test('the state is loading while the stored session is read', () => {
  expect(authState({ ...idle, isLoading: true }).kind).toBe('loading');
});

test('the state stays signed-out while the browser goes to the login page', () => {
  expect(authState({ ...idle, isLoading: true, activeNavigator: 'signinRedirect' }).kind).toBe('signed-out');
});

test('the state is signed-out, without an ended session, when there is no user', () => {
  expect(authState(idle)).toEqual({ kind: 'signed-out', ended: undefined });
});

test('the state is signed-in when there is a user', () => {
  expect(authState({ ...idle, user: userWith() }).kind).toBe('signed-in');
});

test('the state is login-failed when the callback failed', () => {
  expect(authState({ ...idle, error: errorOf('signinCallback') }).kind).toBe('login-failed');
});

test('the state stays signed-in when a renewal failed before the token expires', () => {
  expect(authState({ ...idle, user: userWith(), error: errorOf('renewSilent') }).kind).toBe('signed-in');
});

test('the state stays signed-in while an expired token is renewed', () => {
  expect(
    authState({ ...idle, user: userWith({}, -5), isLoading: true, activeNavigator: 'signinSilent' }).kind,
  ).toBe('signed-in');
});

test('the state stays signed-in when an expired token could not be renewed yet', () => {
  expect(authState({ ...idle, user: userWith({}, -5), error: errorOf('renewSilent') }).kind).toBe(
    'signed-in',
  );
});

test.each(['expired', 'loggedOutElsewhere'] as const)('the signed-out state has the reason %s', (ended) => {
  expect(authState({ ...idle, error: errorOf('renewSilent') }, ended)).toEqual({ kind: 'signed-out', ended });
});

test('the state is signed-out when the token expired and there is no refresh token', () => {
  const user = userWith({}, -5);
  delete user.refresh_token;
  expect(authState({ ...idle, user })).toEqual({ kind: 'signed-out', ended: 'expired' });
});
