import type { Logger } from 'pino';
import type { Clock } from '../clock';
import { BadBlockError, GreetingIdsUnavailableError } from '../errors';
import type { GreetingSequence } from './sequence';

/** A request waits for an attempt to reserve ids that is due within this time; otherwise it fails at once. */
const MAX_WAIT_MS = 2_000;

const MIN_DELAY_MS = 100;
const MAX_DELAY_MS = 5_000;

/** Store in which all processes reserve their blocks of ids. */
export interface BlockStore {
  /**
   * Reserves the next `size` ids for this process and returns the last of them. The first block starts at 1.
   *
   * It always settles after a limited time. If it fails, the ids may be reserved nevertheless; they are never used.
   */
  reserve(size: number): Promise<number>;
}

/** Options of a {@link BlockSequence}. */
export interface BlockSequenceOptions {
  readonly store: BlockStore;
  /** Number of ids per block. */
  readonly blockSize: number;
  readonly clock: Clock;
  /** Returns a number from 0 up to 1. It spreads the retries of processes that failed at the same time. */
  readonly random: () => number;
  readonly logger: Pick<Logger, 'debug' | 'info' | 'warn'>;
}

/** A request that waits for an id. It fails if the next attempt is due after its deadline. */
interface Waiter {
  readonly deadline: number;
  resolve(id: number): void;
  reject(error: Error): void;
}

/**
 * Sequence that reserves blocks of ids in a shared store, so that no two processes return the same id, even after a crash.
 *
 * It reserves the next block when half of the current block is used, so most requests never wait for the store. There is one
 * reservation at a time. A failed reservation is repeated until it succeeds, with delays that double up to 5 s. Ids that a
 * process does not use before it ends are skipped.
 */
export class BlockSequence implements GreetingSequence {
  readonly #waiters: Waiter[] = [];
  #next = 1;
  #last = 0;
  /** Last id of the block after the current one. */
  #nextBlockLast: number | undefined;
  #isReserving = false;
  #onBlock: () => void = () => undefined;
  /** Time of the next attempt after a failure. */
  #retryAt: number | undefined;

  constructor(private readonly options: BlockSequenceOptions) {}

  /** Reserves the first block. Resolves when it is reserved, however long that takes. */
  start(): Promise<void> {
    return new Promise((resolve) => {
      this.#onBlock = resolve;
      this.#reserveIfNeeded();
    });
  }

  next(): Promise<number> {
    const id = this.#take();
    this.#reserveIfNeeded();
    return id === undefined ? this.#wait() : Promise.resolve(id);
  }

  #take(): number | undefined {
    if (this.#next > this.#last && this.#nextBlockLast !== undefined) {
      this.#next = this.#nextBlockLast - this.options.blockSize + 1;
      this.#last = this.#nextBlockLast;
      this.#nextBlockLast = undefined;
    }
    if (this.#next > this.#last) return undefined;
    this.#next += 1;
    return this.#next - 1;
  }

  #wait(): Promise<number> {
    const deadline = this.options.clock.now() + MAX_WAIT_MS;
    if (this.#retryAt !== undefined && this.#retryAt > deadline) {
      return Promise.reject(this.#unavailable(this.#retryAt));
    }
    return new Promise((resolve, reject) => this.#waiters.push({ deadline, resolve, reject }));
  }

  #unavailable(retryAt: number): GreetingIdsUnavailableError {
    return new GreetingIdsUnavailableError(retryAt - this.options.clock.now());
  }

  #isBlockNeeded(): boolean {
    const left = this.#last - this.#next + 1;
    return this.#nextBlockLast === undefined && left <= this.options.blockSize / 2;
  }

  #reserveIfNeeded(): void {
    if (!this.#isReserving && this.#isBlockNeeded()) void this.#reserveWhileNeeded();
  }

  async #reserveWhileNeeded(): Promise<void> {
    const { clock, logger, random } = this.options;
    this.#isReserving = true;
    for (let failures = 0; this.#isBlockNeeded();) {
      try {
        await this.#reserve();
        if (failures > 0) logger.info({ failures }, 'reserving greeting ids works again');
        failures = 0;
        this.#retryAt = undefined;
        this.#resolveWaiters();
      } catch (err) {
        const maxDelayMs = Math.min(MIN_DELAY_MS * 2 ** failures, MAX_DELAY_MS);
        const delayMs = Math.round((maxDelayMs * (1 + random())) / 2);
        failures += 1;
        logger.warn({ err, failures, delayMs }, 'could not reserve greeting ids');
        this.#retryAt = clock.now() + delayMs;
        this.#rejectWaiters(this.#retryAt);
        await clock.sleep(delayMs);
      }
    }
    this.#isReserving = false;
  }

  async #reserve(): Promise<void> {
    const { blockSize, logger, store } = this.options;
    const last = await store.reserve(blockSize);
    const first = last - blockSize + 1;
    if (!Number.isSafeInteger(last) || first <= this.#last) {
      throw new BadBlockError(`The block ${first} to ${last} is not valid: ${this.#last} is already used`);
    }
    logger.debug({ first, last }, 'greeting ids reserved');
    this.#nextBlockLast = last;
    this.#onBlock();
  }

  #resolveWaiters(): void {
    for (let first = this.#waiters[0]; first !== undefined; first = this.#waiters[0]) {
      const id = this.#take();
      if (id === undefined) return;
      this.#waiters.shift();
      first.resolve(id);
    }
  }

  /** Rejects the requests that would wait too long. The first waiter has the earliest deadline. */
  #rejectWaiters(retryAt: number): void {
    for (let first = this.#waiters[0]; first && first.deadline < retryAt; first = this.#waiters[0]) {
      this.#waiters.shift();
      first.reject(this.#unavailable(retryAt));
    }
  }
}
