import { getGreeting, type Greeting, GreetingQuery } from '@spa-on-aws/shared-types';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { type ApiAccess, callOperation } from '../../shared/api/api-client';
import { explainFailure, type Failure } from '../../shared/api/explain-failure';
import { ApiStatusError, ApiUnreachableError } from '../../shared/errors';
import { greetingText } from '../../shared/strings';

/** The hops of a request to the API, in order. */
export const hops = ['Browser', 'CloudFront', 'API Gateway', 'API'] as const;
export type Hop = (typeof hops)[number];

/** Result of the last fetch. */
export type FetchResult =
  | { kind: 'greeting'; greeting: Greeting; at: Date }
  | { kind: 'failure'; failure: Failure; stoppedAt?: Hop | undefined }
  | { kind: 'invalid-name'; message: string }
  | { kind: 'cancelled' };

/** State of the form. */
export interface GreetingFormState {
  /** The name, as typed. */
  readonly name: string;
  readonly busy: boolean;
  readonly result?: FetchResult | undefined;
  /** Greetings before the one in `result`, newest first. */
  readonly history: readonly { greeting: Greeting; at: Date }[];
}

const HISTORY_LENGTH = 10;

/**
 * State store of the greeting form. It fetches one greeting at a time.
 *
 * Created once, outside React, so that the name and the greetings survive page changes.
 */
export class GreetingForm {
  #state: GreetingFormState = { name: '', busy: false, history: [] };
  #request: AbortController | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(private readonly api: ApiAccess) {}

  readonly state = (): GreetingFormState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly setName = (name: string): void => this.#update({ name });

  /** Fetches a greeting for the typed name. Without a name, the API greets the world. */
  async fetch(signedIn: boolean): Promise<void> {
    if (this.#state.busy) return;
    const name = this.#state.name.trim();
    if (name !== '' && !GreetingQuery.safeParse({ name }).success) {
      return this.#setResult({ kind: 'invalid-name', message: greetingText.tooLong(name.length) });
    }
    const { signal } = (this.#request = new AbortController());
    this.#setResult(undefined);
    this.#update({ busy: true });
    const result = await this.#call(name, signedIn, signal);
    if (!signal.aborted) this.#update({ busy: false, result });
  }

  readonly cancel = (): void => {
    this.#request?.abort();
    this.#update({ busy: false, result: { kind: 'cancelled' } });
  };

  /** Deletes the greetings: they belong to another user. */
  readonly clearGreetings = (): void => {
    this.#request?.abort();
    this.#update({ busy: false, result: undefined, history: [] });
  };

  /** Deletes the failure, if there is one: its cause no longer exists. */
  readonly clearFailure = (): void => {
    if (this.#state.result?.kind === 'failure') this.#update({ result: undefined });
  };

  async #call(name: string, signedIn: boolean, signal: AbortSignal): Promise<FetchResult> {
    try {
      const input = name === '' ? {} : { query: { name } };
      const greeting = await callOperation(this.api, getGreeting, input, signal);
      return { kind: 'greeting', greeting, at: new Date() };
    } catch (error) {
      if (signal.aborted) return { kind: 'cancelled' };
      return { kind: 'failure', failure: explainFailure(error, signedIn), stoppedAt: stoppedAt(error) };
    }
  }

  /** Replaces the result. If the previous one is a greeting, moves it to the history. */
  #setResult(result: FetchResult | undefined): void {
    const last = this.#state.result;
    const history =
      last?.kind === 'greeting'
        ? [{ greeting: last.greeting, at: last.at }, ...this.#state.history].slice(0, HISTORY_LENGTH)
        : this.#state.history;
    this.#update({ result, history });
  }

  #update(change: Partial<GreetingFormState>): void {
    this.#state = { ...this.#state, ...change };
    this.#listeners.forEach((listener) => listener());
  }
}

/** Returns the hop that ended a failed request, if the error shows it. */
function stoppedAt(error: unknown): Hop | undefined {
  if (error instanceof ApiUnreachableError) return 'Browser';
  if (!(error instanceof ApiStatusError)) return undefined;
  return ({ gateway: 'API Gateway', api: 'API', unknown: undefined } as const)[error.details.source];
}

/** Returns the current state of the form. */
export function useGreetingForm(form: GreetingForm): GreetingFormState {
  return useSyncExternalStore(form.subscribe, form.state);
}

/**
 * Clears the form when the user changes. Greetings are cleared when another user logs in, or when the user logs out in
 * another tab; they are kept when the session expires. A failure is cleared after login.
 *
 * @param userId of the signed-in user; `undefined` when signed out
 */
export function useClearOnUserChange(
  form: GreetingForm,
  userId: string | undefined,
  loggedOutElsewhere: boolean,
): void {
  const lastUserId = useRef<string>(undefined);
  useEffect(() => {
    if (userId === undefined) return;
    if (lastUserId.current !== undefined && lastUserId.current !== userId) form.clearGreetings();
    lastUserId.current = userId;
    form.clearFailure();
  }, [form, userId]);
  useEffect(() => {
    if (loggedOutElsewhere) form.clearGreetings();
  }, [form, loggedOutElsewhere]);
}
