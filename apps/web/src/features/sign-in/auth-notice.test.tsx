import { act, screen } from '@testing-library/react';
import { ErrorResponse } from 'oidc-client-ts';
import { expect, test } from 'vitest';
import { errorOf, renderWithAuth } from '../../../test/render-with-auth';
import { userWith } from '../../../test/user';
import { AuthNotice } from './auth-notice';

const rejected = new ErrorResponse({ error: 'invalid_grant' });

test('there is no message for a signed-out user', () => {
  renderWithAuth(<AuthNotice />);
  expect(screen.queryByRole('alert')).toBe(null);
});

test('there is no message while a renewal fails: the session panel shows it', () => {
  renderWithAuth(<AuthNotice />, { user: userWith(), error: errorOf('renewSilent', new TypeError('no')) });
  expect(screen.queryByRole('alert')).toBe(null);
});

test.each([
  ['an automatic renewal was rejected', 'renewSilent', 'Your session has ended.'],
  ['a renewal by the user was rejected', 'signinSilent', 'Your session has ended.'],
  ['a login failed', 'signinCallback', 'already used'],
] as const)('the message explains that %s', (_, source, message) => {
  renderWithAuth(<AuthNotice />, { error: errorOf(source, rejected) });
  expect(screen.getByRole('alert').textContent).toContain(message);
});

test('the message explains an offline logout', () => {
  renderWithAuth(<AuthNotice />, {
    error: errorOf('signoutRedirect', new Error('offline')),
  });
  expect(screen.getByRole('alert').textContent).toContain('You’re signed out of this site');
});

test('the message explains a logout in another tab, until the next login', async () => {
  const { auth, setAuth } = renderWithAuth(<AuthNotice />, { user: userWith() });
  await act(() => auth.events._raiseUserSignedOut());
  setAuth({ user: null });
  expect(screen.getByRole('alert').textContent).toBe('You logged out in another tab.');
  await act(() => auth.events.load(userWith()));
  expect(screen.queryByRole('alert')).toBe(null);
});
