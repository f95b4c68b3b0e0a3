import { fireEvent, render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { Link } from './link';

test('a link changes the path and becomes the current one', () => {
  render(<Link to="/session">Session</Link>);
  const link = screen.getByRole('link', { name: 'Session' });
  expect(link.getAttribute('aria-current')).toBe(null);

  const leftToTheBrowser = fireEvent.click(link);

  expect(leftToTheBrowser).toBe(false);
  expect(window.location.pathname).toBe('/session');
  expect(link.getAttribute('aria-current')).toBe('page');
});

test('a click that opens a new tab is left to the browser', () => {
  render(<Link to="/session">Session</Link>);
  document.addEventListener('click', (event) => event.preventDefault(), { once: true }); // jsdom cannot navigate
  fireEvent.click(screen.getByRole('link'), { ctrlKey: true });
  expect(window.location.pathname).toBe('/');
});
