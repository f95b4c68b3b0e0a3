import type { ReactNode } from 'react';
import { GreetingForm } from '../features/greeting/greeting-form';
import { createSignIn, signInNeeded } from '../features/sign-in/sign-in';
import { ConfigurationError } from '../shared/errors';
import { loadRuntimeConfig } from '../shared/runtime-config';
import { App } from './app';
import { ConfigurationErrorPage, CrashPage } from './error-pages';
import { userPanels } from './pages';

/**
 * Loads the configuration and returns the app for its stage, or an error page. Never throws.
 *
 * Does not use Suspense, because React shows a Suspense fallback for at least 300 ms.
 */
export async function loadApp(request: typeof fetch, origin: string): Promise<ReactNode> {
  try {
    const [config, needed] = await Promise.all([loadRuntimeConfig(request), signInNeeded()]);
    const signIn = createSignIn(config, origin);
    const [initialSignIn] = needed ? await Promise.all([signIn.load(), userPanels.load()]) : [];
    const api = { request, origin, accessToken: signIn.accessToken };
    return <App {...{ signIn, initialSignIn, api }} form={new GreetingForm(api)} />;
  } catch (error) {
    if (error instanceof ConfigurationError) return <ConfigurationErrorPage error={error} />;
    reportError(error);
    return <CrashPage />;
  }
}
