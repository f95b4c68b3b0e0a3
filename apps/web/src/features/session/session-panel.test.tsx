import { act, render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { userWith } from '../../../test/user';
import { SessionPanel } from './session-panel';
import { TokensPanel } from './tokens-panel';

afterEach(() => void vi.useRealTimers());

const renewal = (renew: () => Promise<void> = async () => {}, failing = false) => ({ renew, failing });

test('"Renew now" renews once at a time and shows the result', async () => {
  let finish = () => {};
  const renew = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)));
  render(<SessionPanel onLogout={() => {}} user={userWith()} renewal={renewal(renew)} />);
  const button = screen.getByRole('button', { name: 'Renew now' });
  await act(async () => button.click());
  await act(async () => button.click());
  expect(renew).toHaveBeenCalledTimes(1);
  expect(screen.getByRole('status').textContent).toBe('Renewing …');
  await act(async () => finish());
  expect(screen.getByRole('status').textContent).toMatch(/^Renewed at /);
});

test('"Log out" calls onLogout', async () => {
  const onLogout = vi.fn();
  render(<SessionPanel user={userWith()} renewal={renewal()} onLogout={onLogout} />);
  await act(async () => screen.getByRole('button', { name: 'Log out' }).click());
  expect(onLogout).toHaveBeenCalledTimes(1);
});

test('"Renew now" shows that the renewal failed', async () => {
  render(
    <SessionPanel
      onLogout={() => {}}
      user={userWith()}
      renewal={renewal(() => Promise.reject(new TypeError('no')))}
    />,
  );
  await act(async () => screen.getByRole('button', { name: 'Renew now' }).click());
  expect(screen.getByRole('status').textContent).toContain('Renewal failed.');
});

test.each([
  ['Renews automatically', userWith(), false],
  ['Waiting for Cognito', userWith(), true],
  ['Log in again to renew', userWith({ refresh_token: '' }), false],
])('the panel shows the renewal state "%s"', (text, user, failing) => {
  render(<SessionPanel onLogout={() => {}} user={user} renewal={renewal(undefined, failing)} />);
  expect(screen.getByText(text)).toBeDefined();
});

test('the panel shows the user and the claims of the ID token', () => {
  render(<SessionPanel onLogout={() => {}} user={userWith()} renewal={renewal()} />);
  expect(screen.getByRole('region', { name: 'Session' }).textContent).toContain('Dana Demo');
  expect(screen.getByRole('row', { name: /^sub .*user-1$/ })).toBeDefined();
});

test('the panel counts down to the expiry of the access token', () => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  render(<SessionPanel onLogout={() => {}} user={userWith({}, 61)} renewal={renewal()} />);
  expect(screen.getByRole('timer').textContent).toBe('1 min 1 s');
  act(() => void vi.advanceTimersByTime(2000));
  expect(screen.getByRole('timer').textContent).toBe('59 s');
  act(() => void vi.advanceTimersByTime(60_000));
  expect(screen.getByRole('timer').textContent).toBe('expired');
});

test('the panels list the tokens without showing them', () => {
  const user = userWith();
  const { container } = render(
    <>
      <SessionPanel onLogout={() => {}} user={user} renewal={renewal()} />
      <TokensPanel user={user} />
    </>,
  );
  expect(screen.getByRole('row', { name: /^Refresh token stored/ })).toBeDefined();
  for (const token of [user.access_token, user.id_token, user.refresh_token]) {
    expect(container.innerHTML).not.toContain(token);
  }
});
