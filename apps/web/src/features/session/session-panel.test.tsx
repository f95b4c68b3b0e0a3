import { act, render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { userWith } from '../../../test/user';
import { displayName } from './display-name';
import { HeldTokens } from './held-tokens';
import { SessionPanel } from './session-panel';

afterEach(() => void vi.useRealTimers());

test('the panel tells who is signed in and what the ID token says', () => {
  render(<SessionPanel user={userWith()} />);
  expect(screen.getByRole('region', { name: 'Session' }).textContent).toContain('Dana Demo');
  expect(screen.getByRole('row', { name: /^sub .*user-1$/ })).toBeDefined();
});

test('the time left runs down', () => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  render(<SessionPanel user={userWith({}, 61)} />);
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
      <SessionPanel user={user} />
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
