import { act, render, screen, within } from '@testing-library/react';
import { StrictMode } from 'react';
import { expect, onTestFinished, test, vi } from 'vitest';
import { config, FakeUserPool, origin } from '../../test/fake-user-pool';
import { json } from '../../test/json';
import { userWith } from '../../test/user';
import { SessionManager } from '../features/sign-in/session-manager';
import { SessionTabs } from '../features/sign-in/session-tabs';
import { thisBrowser } from '../features/sign-in/tab-channel';
import { ErrorBoundary } from './error-pages';
import { loadApp } from './load-app';

async function open(path: string, respond: (path: string) => Response): Promise<void> {
  window.history.replaceState(null, '', path);
  const page = await loadApp(async (input) => respond(new URL(input as string, origin).pathname), origin);
  await act(async () => {
    render(page, { wrapper: StrictMode });
  });
}

test('an unusable configuration shows a page with its URL and the invalid fields', async () => {
  await open('/session', () => json({ ...config, schemaVersion: 2 }));
  expect(await screen.findByRole('heading', { name: 'Configuration problem' })).toBeDefined();
  expect(screen.getByText('https://site.example/config.json')).toBeDefined();
  expect(screen.getByRole('alert').textContent).toContain('schemaVersion must be 1');
  expect(screen.getByRole('alert').textContent).toContain('it is 2');
});

test('a signed-out user can fetch and log in', async () => {
  await open('/', () => json(config));
  expect(await screen.findByRole('button', { name: 'Log in' })).toBeDefined();
  expect(screen.getByRole('button', { name: 'Fetch Data' })).toBeDefined();
  expect(screen.queryByRole('region', { name: 'Session' })).toBe(null);
  expect(document.title).toContain('SPA on AWS');
});

test('a signed-in user sees the session and can log out', async () => {
  await new SessionManager(config, origin).storeUser(userWith());
  await open('/', () => json(config));
  expect((await screen.findByRole('region', { name: 'Session' })).textContent).toContain('Dana Demo');
  expect(within(screen.getByRole('banner')).getByRole('button', { name: 'Log out' })).toBeDefined();
  expect(screen.queryByRole('button', { name: 'Log in' })).toBe(null);
});

test.each(['/session', '/callback'])('%s has one "Log in" button for a signed-out user', async (path) => {
  await open(path, () => json(config));
  expect(await screen.findAllByRole('button', { name: 'Log in' })).toHaveLength(1);
});

test('an unknown path shows "Page not found"', async () => {
  await open('/nowhere', () => json(config));
  expect(await screen.findByRole('heading', { name: 'Page not found' })).toBeDefined();
});

test('a login shows an error when Cognito cannot be reached, and can be retried', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  await open('/', () => json(config));
  const login = await screen.findByRole('button', { name: 'Log in' });
  await act(async () => login.click());
  expect((await screen.findByRole('alert')).textContent).toContain('Cognito could not be reached');
  expect(login.getAttribute('aria-disabled')).toBe('false');
});

test('a logout shows "Logging out …" and no "Log in" button until the browser leaves the page', async () => {
  new FakeUserPool().listen();
  await new SessionManager(config, origin).storeUser(userWith());
  await open('/', () => json(config));
  const logout = await within(await screen.findByRole('banner')).findByRole('button', { name: 'Log out' });
  await act(async () => logout.click());
  expect(await screen.findByText('Logging out …')).toBeDefined();
  await vi.waitFor(() => expect(sessionStorage).toHaveLength(0));
  expect(screen.queryByRole('button', { name: 'Log in' })).toBe(null);
});

test('an offline logout stays on the page and explains what to do', async () => {
  await new SessionManager(config, origin).storeUser(userWith());
  await open('/', () => json(config));
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  const logout = await within(await screen.findByRole('banner')).findByRole('button', { name: 'Log out' });
  await act(async () => logout.click());
  expect((await screen.findByRole('alert')).textContent).toContain('You’re signed out of this site');
  expect(screen.getByRole('button', { name: 'Log in' })).toBeDefined();
  expect(sessionStorage).toHaveLength(0);
});

test('an offline login stays on the page and shows an error', async () => {
  await open('/', () => json(config));
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  const login = await screen.findByRole('button', { name: 'Log in' });
  await act(async () => login.click());
  expect((await screen.findByRole('alert')).textContent).toContain('could not be reached');
});

test('a login in another tab signs in this tab and removes the error of a signed-out request', async () => {
  await open('/', (path) =>
    path === '/config.json' ? json(config) : json({ message: 'Unauthorized' }, 401),
  );
  await act(async () => (await screen.findByRole('button', { name: 'Fetch Data' })).click());
  expect((await screen.findByRole('alert')).textContent).toContain('you’re not signed in');
  const session = userWith().toStorageString();
  const other = new SessionTabs(`${config.issuer} ${config.clientId}`, thisBrowser(), {
    currentSession: async () => session,
    onSession: () => {},
    onLogout: () => {},
  });
  other.holdSessionLock();
  await act(async () => other.sendSession(session));
  expect(await screen.findByText('Dana Demo', { selector: '.signed-in-as' })).toBeDefined();
  expect(screen.queryByRole('alert')).toBe(null);
});

test('a chunk that cannot be loaded is reported and shows the crash page', async () => {
  vi.doMock('../features/sign-in/sign-in-bundle', () => {
    throw new TypeError('Failed to fetch dynamically imported module');
  });
  onTestFinished(() => void vi.doUnmock('../features/sign-in/sign-in-bundle'));
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  const reported = vi.fn();
  vi.stubGlobal('reportError', reported); // missing in jsdom
  await open('/callback', () => json(config));
  expect(screen.getByRole('heading', { name: 'Application error' })).toBeDefined();
  expect(reported).toHaveBeenCalledTimes(1);
});

test('an error while rendering shows the crash page', () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined); // React logs the error there
  const Crashing = () => {
    throw new Error('crash');
  };
  render(<Crashing />, { wrapper: ErrorBoundary });
  expect(screen.getByRole('heading', { name: 'Application error' })).toBeDefined();
});
