import type { SavedGreeting } from '@spa-on-aws/shared-types';
import type { Logger } from 'pino';
import type { Clock } from '../clock';
import { StoreUnavailableError } from '../errors';
import type { GreetingHistory, Page, PageRequest } from './history';

/** Number of consecutive failures after which the circuit opens. */
const MAX_FAILURES = 3;

const MIN_DELAY_MS = 500;
const MAX_DELAY_MS = 5_000;

/** Not a Cognito `sub`, so the health probe reads no greetings. */
const PROBE_SUB = '-';

/** Options of a {@link CircuitBreaker}. */
export interface CircuitBreakerOptions {
  /** Called with true when the circuit opens, with false when it closes. */
  readonly onDown: (isDown: boolean) => void;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/**
 * Circuit breaker in front of a history. Every failure becomes a {@link StoreUnavailableError}. After three consecutive
 * failures the circuit opens: all calls fail at once, without a request to the store. A probe closes it again; probes start
 * at intervals of 0.5 s, which double up to 5 s.
 */
export class CircuitBreaker implements GreetingHistory {
  #failures = 0;
  #isOpen = false;
  #probeAt = 0;

  constructor(
    private readonly history: GreetingHistory,
    private readonly options: CircuitBreakerOptions,
  ) {}

  save(sub: string, greeting: SavedGreeting): Promise<void> {
    return this.#call(() => this.history.save(sub, greeting));
  }

  list(sub: string, page: PageRequest): Promise<Page> {
    return this.#call(() => this.history.list(sub, page));
  }

  delete(sub: string, id: number): Promise<boolean> {
    return this.#call(() => this.history.delete(sub, id));
  }

  async #call<T>(operation: () => Promise<T>): Promise<T> {
    if (this.#isOpen) throw new StoreUnavailableError(this.#probeAt - this.options.clock.now());
    try {
      const result = await operation();
      this.#failures = 0;
      return result;
    } catch (cause) {
      this.#failures += 1;
      if (this.#failures >= MAX_FAILURES && !this.#isOpen) void this.#openUntilProbeSucceeds(cause);
      throw new StoreUnavailableError(MIN_DELAY_MS, { cause });
    }
  }

  async #openUntilProbeSucceeds(err: unknown): Promise<void> {
    const { clock, logger, onDown } = this.options;
    this.#isOpen = true;
    onDown(true);
    logger.warn({ err }, 'the greeting store is down');
    for (let delayMs = MIN_DELAY_MS; this.#isOpen; delayMs = Math.min(2 * delayMs, MAX_DELAY_MS)) {
      this.#probeAt = clock.now() + delayMs;
      await clock.sleep(delayMs);
      this.#isOpen = await this.history.list(PROBE_SUB, { limit: 1 }).then(
        () => false,
        () => true,
      );
    }
    this.#failures = 0;
    onDown(false);
    logger.info('the greeting store is up again');
  }
}
