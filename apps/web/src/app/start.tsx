import { type ReactNode, Suspense, use } from 'react';
import { createSignIn } from '../features/sign-in/sign-in';
import { ConfigurationError } from '../shared/config/configuration-error';
import { loadRuntimeConfig } from '../shared/config/load-runtime-config';
import { App } from './app';
import { ConfigurationProblem } from './configuration-problem';
import { ErrorBoundary } from './error-boundary';
import { Waiting } from './waiting';

/** Reads the configuration, and only then makes the app for the stage it describes. */
export async function firstPage(request: typeof fetch, origin: string): Promise<ReactNode> {
  try {
    const signIn = createSignIn(await loadRuntimeConfig(request), origin);
    return <App signIn={signIn} api={{ request, origin, accessToken: signIn.accessToken }} />;
  } catch (error) {
    if (error instanceof ConfigurationError) return <ConfigurationProblem error={error} />;
    throw error;
  }
}

/** Shows the first page as soon as it is there, and never nothing. */
export function Start({ page }: { page: Promise<ReactNode> }) {
  return (
    <ErrorBoundary>
      <Suspense fallback={<Waiting text="Loading …" />}>
        <Arrived page={page} />
      </Suspense>
    </ErrorBoundary>
  );
}

function Arrived({ page }: { page: Promise<ReactNode> }) {
  return use(page);
}
