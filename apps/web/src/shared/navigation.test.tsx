import { fireEvent, render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { Link } from './navigation';

test('Link changes the path and becomes the current link', () => {
  render(<Link to="/session">Session</Link>);
  const link = screen.getByRole('link', { name: 'Session' });
  expect(link.getAttribute('aria-current')).toBe(null);

  const handledByBrowser = fireEvent.click(link);

  expect(handledByBrowser).toBe(false);
  expect(window.location.pathname).toBe('/session');
  expect(link.getAttribute('aria-current')).toBe('page');
});

test('Link leaves a click with a modifier key to the browser', () => {
  render(<Link to="/session">Session</Link>);
  document.addEventListener('click', (event) => event.preventDefault(), { once: true }); // jsdom cannot navigate
  fireEvent.click(screen.getByRole('link'), { ctrlKey: true });
  expect(window.location.pathname).toBe('/');
});
