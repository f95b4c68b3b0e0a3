import type { ReactNode } from 'react';
import { createSignIn, signInExpected } from '../features/sign-in/sign-in';
import { ConfigurationError } from '../shared/config/configuration-error';
import { loadRuntimeConfig } from '../shared/config/load-runtime-config';
import { App } from './app';
import { Broken } from './broken';
import { ConfigurationProblem } from './configuration-problem';

/**
 * Reads the configuration, and only then makes the app for the stage it describes. There is always a page to show.
 *
 * Awaited rather than suspended on: React keeps what replaces a Suspense fallback back for 300 ms.
 */
export async function firstPage(request: typeof fetch, origin: string): Promise<ReactNode> {
  try {
    const signIn = createSignIn(await loadRuntimeConfig(request), origin);
    const loaded = signInExpected() ? await signIn.load() : undefined;
    return <App signIn={signIn} loaded={loaded} api={{ request, origin, accessToken: signIn.accessToken }} />;
  } catch (error) {
    if (error instanceof ConfigurationError) return <ConfigurationProblem error={error} />;
    reportError(error);
    return <Broken />;
  }
}
