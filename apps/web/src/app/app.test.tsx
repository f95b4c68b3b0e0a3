import { act, screen, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { renderWithAuth } from '../../test/render-with-auth';
import { userWith } from '../../test/user';
import { homeText, siteText } from '../shared/strings';
import { App } from './app';
import { ErrorBoundary } from './error-boundary';
import { pages } from './pages';

async function open(path: string, state: Parameters<typeof renderWithAuth>[1] = {}) {
  window.history.replaceState(null, '', path);
  return act(async () => renderWithAuth(<App />, state));
}

test('the app shows a signed-in page only after the session is loaded', async () => {
  const { setAuth } = await open('/', { isLoading: true });
  expect(screen.getByText('Checking your session …')).toBeDefined();
  expect(screen.queryByRole('button', { name: 'Log in' })).toBe(null);
  await act(async () => setAuth({ user: userWith() }));
  expect((await screen.findByRole('region', { name: 'Session' })).textContent).toContain('Dana Demo');
  expect(within(screen.getByRole('banner')).getByRole('button', { name: 'Log out' })).toBeDefined();
  expect(screen.queryByRole('button', { name: 'Log in' })).toBe(null);
});

test('the page stays while the browser goes to the login page', async () => {
  await open('/', { isLoading: true, activeNavigator: 'signinRedirect' });
  const login = await screen.findByRole('button', { name: 'Log in' });
  expect(login.getAttribute('aria-disabled')).toBe('true');
});

test('a logout shows "Logging out …" and no "Log in" button until the browser leaves the page', async () => {
  await open('/', { isLoading: true, activeNavigator: 'signoutRedirect' });
  expect(screen.getByText('Logging out …')).toBeDefined();
  expect(screen.queryByRole('button', { name: 'Log in' })).toBe(null);
});

test('the login returns to the current path', async () => {
  const { auth } = await open('/session?tab=claims');
  const login = await screen.findByRole('button', { name: 'Log in' });
  await act(async () => login.click());
  expect(auth.signinRedirect).toHaveBeenCalledWith({ state: '/session?tab=claims' });
});

test.each<[path: string, title: string]>([
  ...pages.map(({ path, text }): [string, string] => [path, text.title]),
  ['/session/', 'Your session'],
  ['/callback', 'Login not completed'],
  ['/nowhere', 'Page not found'],
])('%s has a title and one "Log in" button for a signed-out user', async (path, title) => {
  await open(path);
  expect(await screen.findByRole('heading', { name: title, level: 1 })).toBeDefined();
  expect(document.title).toBe(siteText.title(title));
  expect(screen.getAllByRole('button', { name: 'Log in' })).toHaveLength(1);
});

test('a link in the navigation focuses the heading of its page', async () => {
  await open('/', { user: userWith() });
  await act(async () => screen.getByRole('link', { name: 'Session' }).click());
  const heading = await screen.findByRole('heading', { name: 'Your session' });
  expect(document.activeElement).toBe(heading);
  expect(screen.getByRole('link', { name: 'Session' }).getAttribute('aria-current')).toBe('page');
});

test('a signed-in user goes from the callback page to the home page', async () => {
  await open('/callback', { user: userWith() });
  expect(await screen.findByRole('heading', { name: homeText.title })).toBeDefined();
  expect(window.location.pathname).toBe('/');
});

test.each([
  ['in production, without the error', false],
  ['in development, with its message and stack', true],
])('an error while rendering shows the crash page: %s', (_, showError) => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined); // React logs the error there
  const Crashing = () => {
    throw new Error('crash');
  };
  renderWithAuth(
    <ErrorBoundary showError={showError}>
      <Crashing />
    </ErrorBoundary>,
  );
  expect(screen.getByRole('heading', { name: 'Application error' })).toBeDefined();
  expect(screen.queryByText(/Error: crash\s+at Crashing/) !== null).toBe(showError);
});
