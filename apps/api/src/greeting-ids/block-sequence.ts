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
   * It always settles after a limited time. If it fails, the ids may still be reserved; they are never used.
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

/**
 * Sequence that reserves blocks of ids in a shared store, so that no two processes return the same id, even after a crash.
 *
 * It reserves the next block when half of the current block is used, so most requests never wait for the store. There is one
 * reservation at a time. A failed reservation is repeated until it succeeds, with delays that double up to 5 s. Ids that a
 * process does not use before it ends are skipped.
 */
export class BlockSequence implements GreetingSequence {
  #next = 1;
  #last = 0;
  /** Last id of the block after the current one. */
  #nextBlockLast: number | undefined;
  /** Settles when enough ids are reserved. */
  #reservation: Promise<void> | undefined;
  /** Settles after the current attempt, whether it succeeds or fails. */
  #attempt: Promise<number> | undefined;
  /** Time of the next attempt after a failure. */
  #retryAt: number | undefined;

  constructor(private readonly options: BlockSequenceOptions) {}

  /** Reserves the first block, however long that takes. */
  async start(): Promise<void> {
    this.#reserveIfNeeded();
    await this.#reservation;
  }

  async next(): Promise<number> {
    const { clock } = this.options;
    for (const deadline = clock.now() + MAX_WAIT_MS; ; await this.#attempt) {
      const id = this.#take();
      this.#reserveIfNeeded();
      if (id !== undefined) return id;
      if (this.#retryAt !== undefined && this.#retryAt > deadline) {
        throw new GreetingIdsUnavailableError(this.#retryAt - clock.now());
      }
    }
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

  #isBlockNeeded(): boolean {
    const left = this.#last - this.#next + 1;
    return this.#nextBlockLast === undefined && left <= this.options.blockSize / 2;
  }

  #reserveIfNeeded(): void {
    if (this.#isBlockNeeded()) this.#reservation ??= this.#reserveWhileNeeded();
  }

  async #reserveWhileNeeded(): Promise<void> {
    for (let failures = 0; this.#isBlockNeeded();) {
      this.#attempt = this.#reserve(failures);
      failures = await this.#attempt;
    }
    this.#reservation = undefined;
  }

  /**
   * Reserves a block, after the delay of an earlier failure.
   *
   * @param failures number of consecutive failures before this attempt
   * @returns number of consecutive failures after it
   */
  async #reserve(failures: number): Promise<number> {
    const { blockSize, clock, logger, random, store } = this.options;
    if (this.#retryAt !== undefined) await clock.sleep(this.#retryAt - clock.now());
    try {
      const last = await store.reserve(blockSize);
      const first = last - blockSize + 1;
      if (!Number.isSafeInteger(last) || first <= this.#last) {
        throw new BadBlockError(`The block ${first} to ${last} is not valid: ${this.#last} is already used`);
      }
      logger.debug({ first, last }, 'greeting ids reserved');
      if (failures > 0) logger.info({ failures }, 'reserving greeting ids works again');
      this.#nextBlockLast = last;
      this.#retryAt = undefined;
      return 0;
    } catch (err) {
      const maxDelayMs = Math.min(MIN_DELAY_MS * 2 ** failures, MAX_DELAY_MS);
      const delayMs = Math.round((maxDelayMs * (1 + random())) / 2);
      logger.warn({ err, failures: failures + 1, delayMs }, 'could not reserve greeting ids');
      this.#retryAt = clock.now() + delayMs;
      return failures + 1;
    }
  }
}
