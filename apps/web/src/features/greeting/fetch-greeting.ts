import { type Greeting, GreetingQuery } from '@spa-on-aws/shared-types';
import type { ApiAccess } from '../../shared/api/api-client';
import { fetchFailure } from './fetch-failure';
import { getGreeting } from './get-greeting';
import { type Hop, stoppedAt } from './request-path';

/** What fetching came to: a greeting, or words on why there is none. */
export type Outcome =
  | { kind: 'greeting'; greeting: Greeting }
  | { kind: 'failure'; why: string; stoppedAt?: Hop | undefined }
  | { kind: 'bad-name'; why: string };

/** What to fetch, and for whom. */
export interface FetchGreeting {
  api: ApiAccess;
  /** As typed; empty to greet the world. */
  name: string;
  signedIn: boolean;
  signal: AbortSignal;
}

/** Fetches a greeting; what goes wrong becomes an {@link Outcome} to show. When aborted there is nothing to show. */
export async function fetchGreeting({
  api,
  name,
  signedIn,
  signal,
}: FetchGreeting): Promise<Outcome | undefined> {
  const wanted = name.trim();
  if (wanted !== '' && !GreetingQuery.safeParse({ name: wanted }).success) {
    return { kind: 'bad-name', why: `A name has at most 100 characters, this one has ${wanted.length}.` };
  }
  try {
    return { kind: 'greeting', greeting: await getGreeting(api, wanted, signal) };
  } catch (error) {
    if (signal.aborted) return undefined;
    return { kind: 'failure', why: fetchFailure(error, signedIn), stoppedAt: stoppedAt(error) };
  }
}
