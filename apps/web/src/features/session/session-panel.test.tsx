import { act, screen } from '@testing-library/react';
import type { User } from 'oidc-client-ts';
import type { AuthContextProps } from 'react-oidc-context';
import { afterEach, expect, test, vi } from 'vitest';
import { errorOf, renderWithAuth } from '../../../test/render-with-auth';
import { userWith } from '../../../test/user';
import SessionPanel from './session-panel';

afterEach(() => void vi.useRealTimers());

function renderPanel(user = userWith(), state: Partial<AuthContextProps> = {}) {
  return renderWithAuth(<SessionPanel />, { user, ...state });
}

test('"Renew now" renews the tokens and shows the result', async () => {
  let finish: (user: User) => void = () => {};
  const signinSilent = vi.fn(() => new Promise<User>((resolve) => (finish = resolve)));
  renderPanel(userWith(), { signinSilent });
  await act(async () => screen.getByRole('button', { name: 'Renew now' }).click());
  expect(signinSilent).toHaveBeenCalledTimes(1);
  expect(screen.getByRole('status').textContent).toBe('Renewing …');
  await act(async () => finish(userWith()));
  expect(screen.getByRole('status').textContent).toMatch(/^Renewed at /);
});

test('"Renew now" does nothing during a renewal', async () => {
  const { auth } = renderPanel(userWith(), { activeNavigator: 'signinSilent' });
  const button = screen.getByRole('button', { name: 'Renew now' });
  await act(async () => button.click());
  expect(button.getAttribute('aria-disabled')).toBe('true');
  expect(auth.signinSilent).not.toHaveBeenCalled();
});

test('"Renew now" shows that the renewal failed', async () => {
  renderPanel();
  await act(async () => screen.getByRole('button', { name: 'Renew now' }).click());
  expect(screen.getByRole('status').textContent).toContain('Renewal failed.');
});

test.each([
  ['Renews automatically', userWith(), {}],
  ['Waiting for Cognito', userWith(), { error: errorOf('renewSilent', new Error('no')) }],
  ['Log in again to renew', userWith({ refresh_token: '' }), {}],
])('the panel shows the renewal state "%s"', (text, user, state) => {
  renderPanel(user, state);
  expect(screen.getByText(text)).toBeDefined();
});

test('the panel shows the user and the claims of the ID token', () => {
  renderPanel();
  expect(screen.getByRole('region', { name: 'Session' }).textContent).toContain('Dana Demo');
  expect(screen.getByRole('row', { name: /^sub .*user-1$/ })).toBeDefined();
});

test('the panel counts down to the expiry of the access token', () => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  renderPanel(userWith({}, 61));
  expect(screen.getByRole('timer').textContent).toBe('1 min 1 s');
  act(() => void vi.advanceTimersByTime(2000));
  expect(screen.getByRole('timer').textContent).toBe('59 s');
  act(() => void vi.advanceTimersByTime(60_000));
  expect(screen.getByRole('timer').textContent).toBe('expired');
});

test('the panel never shows the tokens', () => {
  const user = userWith();
  const { container } = renderWithAuth(<SessionPanel />, { user });
  for (const token of [user.access_token, user.id_token, user.refresh_token]) {
    expect(container.innerHTML).not.toContain(token);
  }
});
