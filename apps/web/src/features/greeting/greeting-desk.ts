import { type Greeting, GreetingQuery } from '@spa-on-aws/shared-types';
import type { ApiAccess } from '../../shared/api/api-client';
import { explainFailure, type Failure } from '../../shared/api/explain-failure';
import { greetingText } from '../../shared/strings';
import { getGreeting } from './get-greeting';
import { type Hop, stoppedAt } from './request-path';

/** What fetching came to: a greeting, or why there is none. */
export type Outcome =
  | { kind: 'greeting'; greeting: Greeting; at: Date }
  | { kind: 'failure'; failure: Failure; stoppedAt?: Hop | undefined }
  | { kind: 'bad-name'; why: string }
  | { kind: 'cancelled' };

/** What the desk shows. */
export interface DeskState {
  /** As typed. */
  readonly name: string;
  readonly busy: boolean;
  readonly outcome?: Outcome | undefined;
  /** Greetings before the one in `outcome`, newest first. */
  readonly history: readonly { greeting: Greeting; at: Date }[];
}

/** So many greetings are kept; the page is no archive. */
const HISTORY_LENGTH = 10;

/**
 * Where greetings are fetched, one at a time.
 *
 * Made once, outside React: what was typed and fetched outlives the page it was typed on, and the login.
 */
export class GreetingDesk {
  #state: DeskState = { name: '', busy: false, history: [] };
  #running: AbortController | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(private readonly api: ApiAccess) {}

  readonly state = (): DeskState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly type = (name: string): void => this.#set({ name });

  /** Fetches a greeting for the name that is typed, or for the world. */
  async fetch(signedIn: boolean): Promise<void> {
    if (this.#state.busy) return;
    const name = this.#state.name.trim();
    if (name !== '' && !GreetingQuery.safeParse({ name }).success) {
      return this.#finish({ kind: 'bad-name', why: greetingText.tooLong(name.length) });
    }
    const { signal } = (this.#running = new AbortController());
    this.#finish(undefined);
    this.#set({ busy: true });
    const outcome = await this.#ask(name, signedIn, signal);
    if (!signal.aborted) this.#set({ busy: false, outcome });
  }

  /** Waits no longer for the answer. */
  readonly cancel = (): void => {
    this.#running?.abort();
    this.#set({ busy: false, outcome: { kind: 'cancelled' } });
  };

  /** Drops what was fetched: it belongs to somebody else than who is signed in now. */
  readonly forget = (): void => {
    this.#running?.abort();
    this.#set({ busy: false, outcome: undefined, history: [] });
  };

  /** Drops what went wrong: it is not true any more. */
  readonly forgetFailure = (): void => {
    if (this.#state.outcome?.kind === 'failure') this.#set({ outcome: undefined });
  };

  async #ask(name: string, signedIn: boolean, signal: AbortSignal): Promise<Outcome> {
    try {
      return { kind: 'greeting', greeting: await getGreeting(this.api, name, signal), at: new Date() };
    } catch (error) {
      if (signal.aborted) return { kind: 'cancelled' };
      return { kind: 'failure', failure: explainFailure(error, signedIn), stoppedAt: stoppedAt(error) };
    }
  }

  /** The next outcome takes the place of the last one, which becomes history if it was a greeting. */
  #finish(outcome: Outcome | undefined): void {
    const last = this.#state.outcome;
    const history =
      last?.kind === 'greeting'
        ? [{ greeting: last.greeting, at: last.at }, ...this.#state.history].slice(0, HISTORY_LENGTH)
        : this.#state.history;
    this.#set({ outcome, history });
  }

  #set(change: Partial<DeskState>): void {
    this.#state = { ...this.#state, ...change };
    this.#listeners.forEach((listener) => listener());
  }
}
