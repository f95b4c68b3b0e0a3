import type { KeptGreeting } from '@spa-on-aws/shared-types';
import type { Logger } from 'pino';
import type { Clock } from '../clock';
import { StoreUnavailableError } from '../errors';
import type { GreetingHistory, Page, PageRequest } from './history';

/** So many failures in a row, and the store counts as down. */
const FAILURES_UNTIL_DOWN = 3;

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

/** What a {@link GuardedHistory} is built from. */
export interface GuardedHistoryDependencies {
  readonly history: GreetingHistory;
  /** Asks the store for nothing; rejects while it does not answer. */
  readonly probe: () => Promise<void>;
  /** Told whenever the store goes down (true) or comes back (false). */
  readonly onDown: (isDown: boolean) => void;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/**
 * A history that says {@link StoreUnavailableError} when its store fails, and after three failures in a row does so at once,
 * without waiting for the store: until a probe, every half second first and every five seconds in the end, is answered.
 */
export class GuardedHistory implements GreetingHistory {
  readonly #dependencies: GuardedHistoryDependencies;
  #failures = 0;
  #isDown = false;
  #probeAt = 0;

  constructor(dependencies: GuardedHistoryDependencies) {
    this.#dependencies = dependencies;
  }

  keep(sub: string, greeting: KeptGreeting): Promise<void> {
    return this.#guard((history) => history.keep(sub, greeting));
  }

  list(sub: string, page: PageRequest): Promise<Page> {
    return this.#guard((history) => history.list(sub, page));
  }

  delete(sub: string, id: number): Promise<boolean> {
    return this.#guard((history) => history.delete(sub, id));
  }

  async #guard<T>(ask: (history: GreetingHistory) => Promise<T>): Promise<T> {
    const { clock, history } = this.#dependencies;
    if (this.#isDown) throw new StoreUnavailableError(this.#probeAt - clock.now());
    try {
      const answer = await ask(history);
      this.#failures = 0;
      return answer;
    } catch (cause) {
      this.#failures += 1;
      if (this.#failures >= FAILURES_UNTIL_DOWN && !this.#isDown) void this.#waitUntilUp(cause);
      throw new StoreUnavailableError(FIRST_PAUSE_MS, { cause });
    }
  }

  async #waitUntilUp(err: unknown): Promise<void> {
    const { clock, logger, onDown, probe } = this.#dependencies;
    this.#isDown = true;
    onDown(true);
    logger.warn({ err }, 'the store of greetings is down');
    for (let pauseMs = FIRST_PAUSE_MS; this.#isDown; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      this.#probeAt = clock.now() + pauseMs;
      await clock.sleep(pauseMs);
      this.#isDown = await probe().then(
        () => false,
        () => true,
      );
    }
    this.#failures = 0;
    onDown(false);
    logger.info('the store of greetings is up again');
  }
}
