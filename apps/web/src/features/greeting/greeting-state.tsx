import type { Greeting } from '@spa-on-aws/shared-types';
import {
  createContext,
  type Dispatch,
  type ReactNode,
  type SetStateAction,
  use,
  useEffect,
  useState,
} from 'react';
import { useAuth } from 'react-oidc-context';
import type { Failure } from '../../shared/api/explain-failure';

/** Result of the last fetch. */
export type FetchResult =
  { kind: 'greeting'; greeting: Greeting } | { kind: 'failure'; failure: Failure } | { kind: 'cancelled' };

/** State of the greeting form. */
export interface GreetingState {
  /** The name, as typed. */
  name: string;
  /** The request in flight. */
  request?: AbortController | undefined;
  result?: FetchResult | undefined;
  /** ID of the user who fetched the greeting. */
  userId?: string | undefined;
}

const GreetingContext = createContext<
  { state: GreetingState; setState: Dispatch<SetStateAction<GreetingState>> } | undefined
>(undefined);

/** Returns the state of the greeting form, and the function that changes it. */
export function useGreetingState() {
  const context = use(GreetingContext);
  if (!context)
    throw new Error(
      'useGreetingState() has no GreetingProvider above it. Render the component inside of one.',
    );
  return context;
}

/** Key of the typed name in `sessionStorage`: it must survive the visit to the login page. */
const NAME_KEY = 'greeting-name';

/**
 * Provides the state of the greeting form. Rendered by the app and not by the page, so that it survives page changes.
 *
 * The greeting is cleared when another user logs in, or when the user logs out in another tab. It is kept when the session
 * expires.
 */
export function GreetingProvider({ children }: { children: ReactNode }) {
  const { events, activeNavigator } = useAuth();
  const [state, setState] = useState<GreetingState>(() => ({ name: sessionStorage.getItem(NAME_KEY) ?? '' }));
  const { name } = state;

  useEffect(() => {
    if (name === '' || activeNavigator === 'signoutRedirect') sessionStorage.removeItem(NAME_KEY);
    else sessionStorage.setItem(NAME_KEY, name);
  }, [name, activeNavigator]);

  useEffect(
    () =>
      events.addUserLoaded(({ profile }) => {
        setState((last) => {
          if (last.userId !== undefined && last.userId !== profile.sub) return { name: last.name };
          // The user has a new access token.
          const { result } = last;
          return result?.kind === 'failure' && result.failure.action === 'login'
            ? { ...last, result: undefined }
            : last;
        });
      }),
    [events],
  );
  useEffect(() => events.addUserSignedOut(() => setState(({ name }) => ({ name }))), [events]);

  return <GreetingContext value={{ state, setState }}>{children}</GreetingContext>;
}
