import { act, render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { userWith } from '../../../test/user';
import { displayName } from './display-name';
import { HeldTokens } from './held-tokens';
import { SessionPanel } from './session-panel';

afterEach(() => void vi.useRealTimers());

const control = (renew: () => Promise<void> = async () => {}, renewalTroubled = false) => ({
  renew,
  renewalTroubled,
});

test('Renew now renews, once at a time, and says what came of it', async () => {
  let finish = () => {};
  const renew = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)));
  render(<SessionPanel onSignOut={() => {}} user={userWith()} control={control(renew)} />);
  const button = screen.getByRole('button', { name: 'Renew now' });
  await act(async () => button.click());
  await act(async () => button.click());
  expect(renew).toHaveBeenCalledTimes(1);
  expect(screen.getByRole('status').textContent).toBe('Renewing …');
  await act(async () => finish());
  expect(screen.getByRole('status').textContent).toMatch(/^Renewed at /);
});

test('Logout leads out of the session', async () => {
  const onSignOut = vi.fn();
  render(<SessionPanel user={userWith()} control={control()} onSignOut={onSignOut} />);
  await act(async () => screen.getByRole('button', { name: 'Logout' }).click());
  expect(onSignOut).toHaveBeenCalledTimes(1);
});

test('a renewal that does not work is told', async () => {
  render(
    <SessionPanel
      onSignOut={() => {}}
      user={userWith()}
      control={control(() => Promise.reject(new TypeError('no')))}
    />,
  );
  await act(async () => screen.getByRole('button', { name: 'Renew now' }).click());
  expect(screen.getByRole('status').textContent).toContain('That did not work.');
});

test.each([
  ['automatic', userWith(), false],
  ['waiting for the login service', userWith(), true],
  ['by logging in', userWith({ refresh_token: '' }), false],
])('renewal is %s', (text, user, troubled) => {
  render(<SessionPanel onSignOut={() => {}} user={user} control={control(undefined, troubled)} />);
  expect(screen.getByText(text)).toBeDefined();
});

test('the panel tells who is signed in and what the ID token says', () => {
  render(<SessionPanel onSignOut={() => {}} user={userWith()} control={control()} />);
  expect(screen.getByRole('region', { name: 'Session' }).textContent).toContain('Dana Demo');
  expect(screen.getByRole('row', { name: /^sub .*user-1$/ })).toBeDefined();
});

test('the time left runs down', () => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  render(<SessionPanel onSignOut={() => {}} user={userWith({}, 61)} control={control()} />);
  expect(screen.getByRole('timer').textContent).toBe('1 min 1 s');
  act(() => void vi.advanceTimersByTime(2000));
  expect(screen.getByRole('timer').textContent).toBe('59 s');
  act(() => void vi.advanceTimersByTime(60_000));
  expect(screen.getByRole('timer').textContent).toBe('ended');
});

test('tokens are told about, and never shown', () => {
  const user = userWith();
  const { container } = render(
    <>
      <SessionPanel onSignOut={() => {}} user={user} control={control()} />
      <HeldTokens user={user} />
    </>,
  );
  expect(screen.getByRole('row', { name: /^Refresh token held/ })).toBeDefined();
  for (const token of [user.access_token, user.id_token, user.refresh_token]) {
    expect(container.innerHTML).not.toContain(token);
  }
});

test.each([
  [{ name: 'Dana Demo', 'cognito:username': 'dana' }, 'Dana Demo'],
  [{ 'cognito:username': 'dana', email: 'dana@example.com' }, 'dana'],
  [{ 'cognito:username': 'user-1', email: 'dana@example.com' }, 'dana@example.com'],
  [{ name: '', email: 'dana@example.com' }, 'dana@example.com'],
  [{}, 'user-1'],
])('%o is called %s', (claims, name) => {
  const { sub, iss, aud, exp, iat } = userWith().profile;
  expect(displayName({ profile: { sub, iss, aud, exp, iat, ...claims } })).toBe(name);
});
