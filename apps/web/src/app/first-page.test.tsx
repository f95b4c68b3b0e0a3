import { act, render, screen } from '@testing-library/react';
import { StrictMode } from 'react';
import { expect, onTestFinished, test, vi } from 'vitest';
import { config, FakeUserPool, origin } from '../../test/fake-user-pool';
import { json } from '../../test/json';
import { userWith } from '../../test/user';
import { SessionManager } from '../features/sign-in/session-manager';
import { ErrorBoundary } from './error-boundary';
import { firstPage } from './first-page';

async function open(path: string, answer: () => Response): Promise<void> {
  window.history.replaceState(null, '', path);
  const page = await firstPage(async () => answer(), origin);
  await act(async () => {
    render(page, { wrapper: StrictMode });
  });
}

test('without a usable configuration there is a page that says what is wrong and where', async () => {
  await open('/session', () => json({ ...config, schemaVersion: 2 }));
  expect(await screen.findByRole('heading', { name: 'Configuration problem' })).toBeDefined();
  expect(screen.getByText('https://site.example/config.json')).toBeDefined();
  expect(screen.getByRole('alert').textContent).toContain('schemaVersion must be 1');
  expect(screen.getByRole('alert').textContent).toContain('it is 2');
});

test('a guest may fetch and log in', async () => {
  await open('/', () => json(config));
  expect(await screen.findByRole('button', { name: 'Login' })).toBeDefined();
  expect(screen.getByRole('button', { name: 'Fetch Data' })).toBeDefined();
  expect(screen.queryByRole('region', { name: 'Session' })).toBe(null);
  expect(document.title).toContain('SPA on AWS');
});

test('who is signed in sees the session and may log out', async () => {
  await new SessionManager(config, origin).storeUser(userWith());
  await open('/', () => json(config));
  expect((await screen.findByRole('region', { name: 'Session' })).textContent).toContain('Dana Demo');
  expect(screen.getByRole('button', { name: 'Logout' })).toBeDefined();
  expect(screen.queryByRole('button', { name: 'Login' })).toBe(null);
});

test.each(['/session', '/callback'])('%s offers one way to log in', async (path) => {
  await open(path, () => json(config));
  expect(await screen.findAllByRole('button', { name: 'Login' })).toHaveLength(1);
});

test('a path that is no page says so', async () => {
  await open('/nowhere', () => json(config));
  expect(await screen.findByRole('heading', { name: 'Page not found' })).toBeDefined();
});

test('a login service that does not answer is told, and can be tried again', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  await open('/', () => json(config));
  const login = await screen.findByRole('button', { name: 'Login' });
  await act(async () => login.click());
  expect((await screen.findByRole('alert')).textContent).toContain('The login service could not be reached');
  expect(login.getAttribute('aria-disabled')).toBe('false');
});

test('logging out says so until the page is left, and offers no login in between', async () => {
  new FakeUserPool().listen();
  await new SessionManager(config, origin).storeUser(userWith());
  await open('/', () => json(config));
  const logout = await screen.findByRole('button', { name: 'Logout' });
  await act(async () => logout.click());
  expect(await screen.findByText('Signing out …')).toBeDefined();
  await vi.waitFor(() => expect(sessionStorage).toHaveLength(0));
  expect(screen.queryByRole('button', { name: 'Login' })).toBe(null);
});

test('a part of the app that cannot be loaded is reported, and leaves a page to load again', async () => {
  vi.doMock('../features/sign-in/sign-in-parts', () => {
    throw new TypeError('Failed to fetch dynamically imported module');
  });
  onTestFinished(() => void vi.doUnmock('../features/sign-in/sign-in-parts'));
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  const reported = vi.fn();
  vi.stubGlobal('reportError', reported); // which jsdom does not have
  await open('/callback', () => json(config));
  expect(screen.getByRole('heading', { name: 'Something broke' })).toBeDefined();
  expect(reported).toHaveBeenCalledTimes(1);
});

test('an app that breaks leaves a page to load again', () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined); // React reports the error there
  const Breaking = () => {
    throw new Error('broken');
  };
  render(<Breaking />, { wrapper: ErrorBoundary });
  expect(screen.getByRole('heading', { name: 'Something broke' })).toBeDefined();
});
