import { screen } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { config } from '../test/config';
import { json } from '../test/json';
import { homeText } from './shared/strings';

beforeEach(() => {
  document.body.innerHTML = '<div id="root"></div>';
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', false); // main.tsx renders without act
  vi.resetModules();
});

/** Starts the app with this response to `/config.json`. */
async function start(respond: () => Response): Promise<void> {
  vi.stubGlobal('fetch', async () => respond());
  await import('./main');
}

test('the app starts with a usable configuration', async () => {
  await start(() => json(config));
  expect(await screen.findByRole('button', { name: 'Log in' })).toBeDefined();
  expect(await screen.findByRole('heading', { name: homeText.title })).toBeDefined();
});

test('an unusable configuration shows a page with its URL and the invalid fields', async () => {
  await start(() => json({ ...config, clientId: '' }));
  expect(await screen.findByRole('heading', { name: 'Configuration problem' })).toBeDefined();
  expect(screen.getByText('https://site.example/config.json')).toBeDefined();
  expect(screen.getByRole('alert').textContent).toBe('The file has invalid values: clientId.');
});

test('blocked storage shows a page that explains it', async () => {
  const storage = vi.spyOn(window, 'sessionStorage', 'get').mockImplementation(() => {
    throw new DOMException('Access is denied for this document.', 'SecurityError');
  });
  await start(() => json(config));
  expect(await screen.findByRole('heading', { name: 'Storage is blocked' })).toBeDefined();
  storage.mockRestore();
});

test('a failed login shows why, without its parameters in the address', async () => {
  window.history.replaceState(null, '', '/callback?error=access_denied&state=1');
  await start(() => json(config));
  expect((await screen.findByRole('alert')).textContent).toBe(
    'The login was cancelled or denied. Log in again.',
  );
  expect(window.location.href).toBe('https://site.example/callback');
});

test('a code in the URL of another page is ignored', async () => {
  window.history.replaceState(null, '', '/?code=1&state=2');
  await start(() => json(config));
  expect(await screen.findByRole('button', { name: 'Log in' })).toBeDefined();
  expect(screen.queryByRole('alert')).toBe(null);
});
