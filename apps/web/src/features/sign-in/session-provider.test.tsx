import { act, cleanup, render, screen } from '@testing-library/react';
import { type ReactNode, StrictMode } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import { config, FakeUserPool, origin } from '../../../test/fake-user-pool';
import { userWith } from '../../../test/user';
import type { Session } from './auth-state';
import { SessionManager } from './session-manager';
import { SessionProvider } from './session-provider';

afterEach(() => void vi.useRealTimers());

function page({ user, notice }: Session): ReactNode {
  return (
    <>
      <p>{user ? `${user.profile.name} is signed in` : 'Not signed in'}</p>
      {notice !== undefined && <p role="alert">{notice}</p>}
      <input aria-label="Input" />
    </>
  );
}

async function renderProvider(manager: SessionManager): Promise<void> {
  await act(async () => {
    render(
      <StrictMode>
        <SessionProvider manager={manager} loading="Loading" restoreState={() => undefined}>
          {page}
        </SessionProvider>
      </StrictMode>,
    );
  });
}

/** Starts a login with this return path and opens its callback URL. */
async function openCallback(manager: SessionManager, returnPath: string): Promise<void> {
  void manager.signinRedirect({ state: { returnPath } });
  const state = await vi.waitFor(() => {
    const key = Object.keys(sessionStorage).find((key) => /^oidc\.(?!user:)/.test(key));
    if (key === undefined) throw new Error('The login has not stored its state yet.');
    return key.slice('oidc.'.length);
  });
  window.history.replaceState(null, '', `/callback?code=code-1&state=${state}`);
}

test('the provider shows neither a signed-in nor a signed-out page while the session loads', async () => {
  const manager = new SessionManager(config, origin);
  vi.spyOn(manager, 'getUser').mockReturnValue(new Promise(() => {}));
  await renderProvider(manager);
  expect(screen.getByText('Loading')).toBeDefined();
  expect(screen.queryByText(/signed in/)).toBe(null);
});

test('the user is signed in when a session is stored', async () => {
  const manager = new SessionManager(config, origin);
  await manager.storeUser(userWith());
  await renderProvider(manager);
  expect(await screen.findByText('Dana Demo is signed in')).toBeDefined();
});

test('the user is signed out, without an error, when no session is stored', async () => {
  await renderProvider(new SessionManager(config, origin));
  expect(await screen.findByText('Not signed in')).toBeDefined();
  expect(screen.queryByRole('alert')).toBe(null);
});

test('a callback is redeemed once in StrictMode and returns to the path where the login started (OC-10)', async () => {
  const pool = new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  await openCallback(manager, '/session?tab=claims');
  await renderProvider(manager);
  expect(await screen.findByText('Dana Demo is signed in')).toBeDefined();
  expect(pool.grants('authorization_code')).toBe(1);
  expect(window.location.href).toBe('https://site.example/session?tab=claims');
});

test('a login with a return path to another site returns to the home page', async () => {
  new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  await openCallback(manager, '//evil.example/');
  await renderProvider(manager);
  expect(await screen.findByText('Dana Demo is signed in')).toBeDefined();
  expect(window.location.href).toBe('https://site.example/');
});

test('a stale callback restarts the login once, then shows an error', async () => {
  new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  const restart = vi.spyOn(manager, 'signinRedirect').mockResolvedValue();
  window.history.replaceState(null, '', '/callback?code=1&state=2');
  await renderProvider(manager);
  await vi.waitFor(() => expect(restart).toHaveBeenCalledTimes(1));
  expect(screen.getByText('Loading')).toBeDefined();
  cleanup();

  window.history.replaceState(null, '', '/callback?code=1&state=2');
  await renderProvider(new SessionManager(config, origin));
  expect((await screen.findByRole('alert')).textContent).toContain('already finished');
  expect(window.location.href).toBe('https://site.example/callback');
});

test('a code in the URL of another page is ignored', async () => {
  new FakeUserPool().listen();
  window.history.replaceState(null, '', '/?code=1&state=2');
  await renderProvider(new SessionManager(config, origin));
  expect(await screen.findByText('Not signed in')).toBeDefined();
  expect(screen.queryByRole('alert')).toBe(null);
});

test('an expired stored session is renewed once', async () => {
  const pool = new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  const user = userWith({}, -5);
  delete user.id_token; // oidc-client-ts would compare it with the renewed ID token
  await manager.storeUser(user);
  await renderProvider(manager);
  await vi.waitFor(async () => expect((await manager.getUser())?.expired).toBe(false));
  expect(screen.getByText('Dana Demo is signed in')).toBeDefined();
  expect(pool.grants('refresh_token')).toBe(1);
});

test('a rejected renewal shows a message and keeps the input on the page', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
  new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  await manager.storeUser(userWith({ refresh_token: 'revoked' }, 120));
  await renderProvider(manager);
  const field = await screen.findByLabelText<HTMLInputElement>('Input');
  field.value = 'typed before';

  await act(() => vi.advanceTimersByTimeAsync(30_000));
  expect(screen.getByText('Dana Demo is signed in')).toBeDefined();
  await act(() => vi.advanceTimersByTimeAsync(60_000));

  expect((await screen.findByRole('alert')).textContent).toContain('Your session has ended.');
  expect(screen.getByLabelText<HTMLInputElement>('Input').value).toBe('typed before');
});

test('a logout in another tab shows a message', async () => {
  new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  const other = new SessionManager(config, origin);
  await manager.storeUser(userWith());
  await renderProvider(manager);
  expect(await screen.findByText('Dana Demo is signed in')).toBeDefined();
  await act(() => other.signOut(() => undefined));
  await act(() => manager.events._raiseUserSignedOut());
  expect(screen.getByRole('alert').textContent).toBe('You logged out in another tab.');
});
