import type { User } from 'oidc-client-ts';
import { createContext, use } from 'react';

/** Access to the session for API calls. */
export interface Api {
  /** Resolves with a valid access token, or with `undefined` when the user is signed out. */
  accessToken: () => Promise<string | undefined>;
  /** Renews the tokens. Resolves with the user, or with `null` when the user is signed out. */
  signinSilent: () => Promise<User | null>;
}

/** Provides the access token to components that call the API. */
export const ApiContext = createContext<Api | undefined>(undefined);

/** Returns the value of the {@link ApiContext}. */
export function useApi(): Api {
  const api = use(ApiContext);
  if (!api) throw new Error('useApi() has no ApiContext above it. Render the component inside of one.');
  return api;
}
