import { act, cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { renderWithAuth } from '../../../test/render-with-auth';
import { userWith } from '../../../test/user';
import { FailureNotice } from './failure-notice';

afterEach(() => void vi.useRealTimers());

test('FailureNotice shows the message, the request ID and a retry button', () => {
  const retry = vi.fn();
  renderWithAuth(
    <FailureNotice failure={{ message: 'No.', action: 'retry', requestId: 'r1' }} onRetry={retry} />,
  );
  expect(screen.getByRole('alert').textContent).toBe(
    'No.If this keeps happening, contact support with request ID r1.',
  );
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(retry).toHaveBeenCalledTimes(1);
});

test('the retry button counts down and does nothing until the wait is over', () => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  const retry = vi.fn();
  renderWithAuth(
    <FailureNotice failure={{ message: 'No.', action: 'retry', retryAfterSeconds: 3 }} onRetry={retry} />,
  );
  const button = screen.getByRole('button', { name: 'Try again in 3 s' });
  fireEvent.click(button);
  expect(retry).not.toHaveBeenCalled();
  act(() => void vi.advanceTimersByTime(2000));
  expect(button.textContent).toBe('Try again in 1 s');
  act(() => void vi.advanceTimersByTime(1000));
  expect(button.textContent).toBe('Try again');
  fireEvent.click(button);
  expect(retry).toHaveBeenCalledTimes(1);
});

test('the countdown uses the clock, so it also ends while a laptop sleeps', () => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  renderWithAuth(
    <FailureNotice failure={{ message: 'No.', action: 'retry', retryAfterSeconds: 60 }} onRetry={() => {}} />,
  );
  vi.setSystemTime(1_800_000_061_000);
  act(() => void vi.advanceTimersByTime(250));
  expect(screen.getByRole('button').textContent).toBe('Try again');
});

test.each([
  ['a login helps and the header has no "Log in" button', 'login', userWith(), 1],
  ['the header has a "Log in" button', 'login', null, 0],
  ['a login does not help', 'none', userWith(), 0],
] as const)('FailureNotice shows the right buttons when %s', (_, action, user, buttons) => {
  renderWithAuth(<FailureNotice failure={{ message: 'No.', action }} onRetry={() => {}} />, { user });
  expect(screen.queryAllByRole('button', { name: 'Log in' })).toHaveLength(buttons);
});

test('in development, FailureNotice links to the request in the console of the local cloud', () => {
  const failure = { message: 'No.', action: 'none', loggedAs: '4d3c/1=' } as const;
  renderWithAuth(<FailureNotice failure={failure} onRetry={() => {}} />);
  expect(screen.queryByRole('link')).toBeNull();
  cleanup();

  const meta = document.createElement('meta');
  meta.name = 'local-console';
  meta.content = 'http://localhost:4303';
  document.head.append(meta);
  renderWithAuth(<FailureNotice failure={failure} onRetry={() => {}} />);
  meta.remove();
  expect(screen.getByRole('link').getAttribute('href')).toBe('http://localhost:4303/?header=4d3c%2F1%3D');
});
