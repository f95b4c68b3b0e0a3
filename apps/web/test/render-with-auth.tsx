import { render } from '@testing-library/react';
import { UserManager } from 'oidc-client-ts';
import { type ReactNode, StrictMode } from 'react';
import { AuthContext, type AuthContextProps, type ErrorContext } from 'react-oidc-context';
import { vi } from 'vitest';
import { ApiContext } from '../src/shared/api/api-context';

/** Renders `element` with this state of sign-in. Signed out by default. */
export function renderWithAuth(element: ReactNode, state: Partial<AuthContextProps> = {}) {
  const { events } = new UserManager({ authority: '', client_id: '', redirect_uri: '' });
  const auth = {
    isLoading: false,
    isAuthenticated: Boolean(state.user),
    events,
    signinRedirect: vi.fn(async () => {}),
    signinSilent: vi.fn(async () => null),
    signoutRedirect: vi.fn(async () => {}),
  } as unknown as AuthContextProps;
  const page = (change: Partial<AuthContextProps>) => (
    <AuthContext value={{ ...auth, ...change }}>
      <ApiContext
        value={{ accessToken: async () => change.user?.access_token, signinSilent: async () => null }}
      >
        {element}
      </ApiContext>
    </AuthContext>
  );
  const { rerender, container } = render(page(state), { wrapper: StrictMode });
  return { auth, container, setAuth: (change: Partial<AuthContextProps>) => rerender(page(change)) };
}

/** Returns an error as react-oidc-context reports it. */
export function errorOf(source: ErrorContext['source'], innerError: Error): ErrorContext {
  return { name: innerError.name, message: innerError.message, source, innerError } as ErrorContext;
}
