import type { ReactNode } from 'react';
import { GreetingDesk } from '../features/greeting/greeting-desk';
import { createSignIn, signInExpected } from '../features/sign-in/sign-in';
import { ConfigurationError } from '../shared/config/configuration-error';
import { loadRuntimeConfig } from '../shared/config/load-runtime-config';
import { App } from './app';
import { Broken } from './broken';
import { ConfigurationProblem } from './configuration-problem';
import { signedIn } from './signed-in';

/**
 * Reads the configuration, and only then makes the app for the stage it describes. There is always a page to show.
 *
 * Awaited rather than suspended on: React keeps what replaces a Suspense fallback back for 300 ms.
 */
export async function firstPage(request: typeof fetch, origin: string): Promise<ReactNode> {
  try {
    const [config, expected] = await Promise.all([loadRuntimeConfig(request), signInExpected()]);
    const signIn = createSignIn(config, origin);
    const [fromStart] = expected ? await Promise.all([signIn.load(), signedIn.load()]) : [];
    const api = { request, origin, accessToken: signIn.accessToken };
    return <App {...{ signIn, fromStart, api }} desk={new GreetingDesk(api)} />;
  } catch (error) {
    if (error instanceof ConfigurationError) return <ConfigurationProblem error={error} />;
    reportError(error);
    return <Broken />;
  }
}
