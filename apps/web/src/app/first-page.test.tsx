import { act, render, renderHook, screen, within } from '@testing-library/react';
import { StrictMode } from 'react';
import { expect, onTestFinished, test, vi } from 'vitest';
import { config, FakeUserPool, origin } from '../../test/fake-user-pool';
import { json } from '../../test/json';
import { userWith } from '../../test/user';
import { GreetingDesk } from '../features/greeting/greeting-desk';
import { thisBrowser } from '../features/sign-in/other-tabs';
import { SessionManager } from '../features/sign-in/session-manager';
import { SessionTabs } from '../features/sign-in/session-tabs';
import type { Visitor } from '../features/sign-in/visitor';
import { ErrorBoundary } from './error-boundary';
import { firstPage } from './first-page';
import { useOwner } from './use-owner';

async function open(path: string, answer: (path: string) => Response): Promise<void> {
  window.history.replaceState(null, '', path);
  const page = await firstPage(async (input) => answer(new URL(input as string, origin).pathname), origin);
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
  expect(within(screen.getByRole('banner')).getByRole('button', { name: 'Logout' })).toBeDefined();
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
  const logout = await within(await screen.findByRole('banner')).findByRole('button', { name: 'Logout' });
  await act(async () => logout.click());
  expect(await screen.findByText('Signing out …')).toBeDefined();
  await vi.waitFor(() => expect(sessionStorage).toHaveLength(0));
  expect(screen.queryByRole('button', { name: 'Login' })).toBe(null);
});

test('logging out without a network stays on the page, and says what is left to know', async () => {
  await new SessionManager(config, origin).storeUser(userWith());
  await open('/', () => json(config));
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  const logout = await within(await screen.findByRole('banner')).findByRole('button', { name: 'Logout' });
  await act(async () => logout.click());
  expect((await screen.findByRole('alert')).textContent).toContain('You are logged out of this site.');
  expect(screen.getByRole('button', { name: 'Login' })).toBeDefined();
  expect(sessionStorage).toHaveLength(0);
});

test('logging in without a network does not leave for a page that cannot be loaded', async () => {
  await open('/', () => json(config));
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  const login = await screen.findByRole('button', { name: 'Login' });
  await act(async () => login.click());
  expect((await screen.findByRole('alert')).textContent).toContain('could not be reached');
});

test('what a guest was refused is forgotten once somebody is signed in, by another tab', async () => {
  await open('/', (path) =>
    path === '/config.json' ? json(config) : json({ message: 'Unauthorized' }, 401),
  );
  await act(async () => (await screen.findByRole('button', { name: 'Fetch Data' })).click());
  expect((await screen.findByRole('alert')).textContent).toContain('nobody is signed in');
  const session = userWith().toStorageString();
  const other = new SessionTabs(`${config.issuer} ${config.clientId}`, thisBrowser(), {
    held: async () => session,
    onHeld: () => {},
    onEnded: () => {},
  });
  other.hold();
  await act(async () => other.tell(session));
  expect(await screen.findByText('Dana Demo', { selector: '.signed-in-as' })).toBeDefined();
  expect(screen.queryByRole('alert')).toBe(null);
});

test('after a logout in another tab nothing is left of what was fetched', async () => {
  const desk = new GreetingDesk({
    origin,
    accessToken: async () => undefined,
    request: async () => json({ id: 1, content: 'Hello, Ada!' }),
  });
  await desk.fetch(true);
  const { rerender } = renderHook((visitor: Visitor) => useOwner(desk, visitor), {
    initialProps: { user: userWith() } as Visitor,
  });
  rerender({ ended: 'expired' });
  expect(desk.state().outcome?.kind).toBe('greeting');
  rerender({ ended: 'elsewhere' });
  expect(desk.state().outcome).toBe(undefined);
});

test('what one person fetched is not shown to the next', async () => {
  const desk = new GreetingDesk({
    origin,
    accessToken: async () => undefined,
    request: async () => json({ id: 1, content: 'Hello, Ada!' }),
  });
  await desk.fetch(true);
  const { rerender } = renderHook((visitor: Visitor) => useOwner(desk, visitor), {
    initialProps: { user: userWith() } as Visitor,
  });
  expect(desk.state().outcome?.kind).toBe('greeting');
  const next = userWith();
  next.profile.sub = 'user-2';
  rerender({ user: next });
  expect(desk.state().outcome).toBe(undefined);
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
