import { act, cleanup, render, screen } from '@testing-library/react';
import { type ReactNode, StrictMode } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import { config, FakeUserPool, origin } from '../../../test/fake-user-pool';
import { userWith } from '../../../test/user';
import { AuthGate } from './auth-gate';
import { SessionManager } from './session-manager';
import type { Visitor } from './visitor';

afterEach(() => void vi.useRealTimers());

/** What stands behind the gate in these tests. */
function page({ user, notice }: Visitor): ReactNode {
  return (
    <>
      <p>{user ? `${user.profile.name} is signed in` : 'Nobody is signed in'}</p>
      {notice !== undefined && <p role="alert">{notice}</p>}
      <input aria-label="Typed" />
    </>
  );
}

async function open(manager: SessionManager): Promise<void> {
  await act(async () => {
    render(
      <StrictMode>
        <AuthGate manager={manager} waiting="Checking" restore={() => undefined}>
          {page}
        </AuthGate>
      </StrictMode>,
    );
  });
}

/** Comes back from a login that was started on `returnPath`. */
async function comeBack(manager: SessionManager, returnPath: string): Promise<void> {
  void manager.signinRedirect({ state: { returnPath } });
  const state = await vi.waitFor(() => {
    const key = Object.keys(sessionStorage).find((key) => /^oidc\.(?!user:)/.test(key));
    if (key === undefined) throw new Error('The login has not stored its state yet.');
    return key.slice('oidc.'.length);
  });
  window.history.replaceState(null, '', `/callback?code=code-1&state=${state}`);
}

test('while nothing is known, neither a guest nor a user is shown', async () => {
  const manager = new SessionManager(config, origin);
  vi.spyOn(manager, 'getUser').mockReturnValue(new Promise(() => {}));
  await open(manager);
  expect(screen.getByText('Checking')).toBeDefined();
  expect(screen.queryByText(/signed in/)).toBe(null);
});

test('a stored session is signed in', async () => {
  const manager = new SessionManager(config, origin);
  await manager.storeUser(userWith());
  await open(manager);
  expect(await screen.findByText('Dana Demo is signed in')).toBeDefined();
});

test('without one, nobody is, and nothing is wrong', async () => {
  await open(new SessionManager(config, origin));
  expect(await screen.findByText('Nobody is signed in')).toBeDefined();
  expect(screen.queryByRole('alert')).toBe(null);
});

test('a login that comes back is redeemed once, also by StrictMode, and leads to where it started (OC-10, P14, P15)', async () => {
  const pool = new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  await comeBack(manager, '/session?tab=claims');
  await open(manager);
  expect(await screen.findByText('Dana Demo is signed in')).toBeDefined();
  expect(pool.grants('authorization_code')).toBe(1);
  expect(window.location.href).toBe('https://site.example/session?tab=claims');
});

test('a login that was sent here to lead elsewhere leads home', async () => {
  new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  await comeBack(manager, '//evil.example/');
  await open(manager);
  expect(await screen.findByText('Dana Demo is signed in')).toBeDefined();
  expect(window.location.href).toBe('https://site.example/');
});

test('a stale callback starts the login over; one that is stale again is told (P13)', async () => {
  new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  const restarted = vi.spyOn(manager, 'signinRedirect').mockResolvedValue();
  window.history.replaceState(null, '', '/callback?code=1&state=2');
  await open(manager);
  await vi.waitFor(() => expect(restarted).toHaveBeenCalledTimes(1));
  expect(screen.getByText('Checking')).toBeDefined();
  cleanup();

  window.history.replaceState(null, '', '/callback?code=1&state=2');
  await open(new SessionManager(config, origin));
  expect((await screen.findByRole('alert')).textContent).toContain('over already');
  expect(window.location.href).toBe('https://site.example/callback');
});

test('a code in the address of another page is not looked at', async () => {
  new FakeUserPool().listen();
  window.history.replaceState(null, '', '/?code=1&state=2');
  await open(new SessionManager(config, origin));
  expect(await screen.findByText('Nobody is signed in')).toBeDefined();
  expect(screen.queryByRole('alert')).toBe(null);
});

test('a session that expired while nobody looked is renewed, once', async () => {
  const pool = new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  await manager.storeUser(withoutIdToken(userWith({}, -5)));
  await open(manager);
  await vi.waitFor(async () => expect((await manager.getUser())?.expired).toBe(false));
  expect(screen.getByText('Dana Demo is signed in')).toBeDefined();
  expect(pool.grants('refresh_token')).toBe(1);
});

test('when renewal is refused, the page says so, and stays as it was', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
  new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  await manager.storeUser(userWith({ refresh_token: 'revoked' }, 120));
  await open(manager);
  const field = await screen.findByLabelText<HTMLInputElement>('Typed');
  field.value = 'typed before';

  await act(() => vi.advanceTimersByTimeAsync(30_000));
  expect(screen.getByText('Dana Demo is signed in')).toBeDefined();
  await act(() => vi.advanceTimersByTimeAsync(60_000));

  expect((await screen.findByRole('alert')).textContent).toContain('Your session has ended.');
  expect(screen.getByLabelText<HTMLInputElement>('Typed').value).toBe('typed before');
});

test('a session that ends in another tab is told', async () => {
  new FakeUserPool().listen();
  const manager = new SessionManager(config, origin);
  const other = new SessionManager(config, origin);
  await manager.storeUser(userWith());
  await open(manager);
  expect(await screen.findByText('Dana Demo is signed in')).toBeDefined();
  await act(() => other.signOut(() => undefined));
  await act(() => manager.events._raiseUserSignedOut());
  expect(screen.getByRole('alert').textContent).toBe('You have logged out in another tab.');
});

/** A stored session whose ID token the library does not compare with the renewed one. */
function withoutIdToken<User extends { id_token?: string }>(user: User): User {
  delete user.id_token;
  return user;
}
