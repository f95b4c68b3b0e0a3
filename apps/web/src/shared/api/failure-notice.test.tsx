import { act, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { FailureNotice } from './failure-notice';

afterEach(() => void vi.useRealTimers());

test('what can be tried again can be tried again, with the request to quote', () => {
  const retry = vi.fn();
  render(<FailureNotice failure={{ why: 'No.', remedy: 'retry', requestId: 'r1' }} onRetry={retry} />);
  expect(screen.getByRole('alert').textContent).toBe('No.If it lasts, quote request r1.');
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(retry).toHaveBeenCalledTimes(1);
});

test('after too many requests the button counts down, and does nothing until then', () => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  const retry = vi.fn();
  render(<FailureNotice failure={{ why: 'No.', remedy: 'retry', retryAfterSeconds: 3 }} onRetry={retry} />);
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

test('a wait goes by the clock: a laptop that slept has waited', () => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  render(
    <FailureNotice failure={{ why: 'No.', remedy: 'retry', retryAfterSeconds: 60 }} onRetry={() => {}} />,
  );
  vi.setSystemTime(1_800_000_061_000);
  act(() => void vi.advanceTimersByTime(250));
  expect(screen.getByRole('button').textContent).toBe('Try again');
});

test('what only a login helps leads to it, what nothing helps to nowhere', () => {
  const login = <button type="button">Login</button>;
  const { rerender } = render(
    <FailureNotice failure={{ why: 'No.', remedy: 'login' }} onRetry={() => {}} login={login} />,
  );
  expect(screen.getByRole('button').textContent).toBe('Login');
  rerender(<FailureNotice failure={{ why: 'No.', remedy: 'none' }} onRetry={() => {}} login={login} />);
  expect(screen.queryByRole('button')).toBe(null);
});
