import type { Logger } from 'pino';
import type { Clock } from '../clock';
import { BadBlockError, GreetingIdsUnavailableError } from '../errors';
import type { GreetingSequence } from './sequence';

/** How long a request may wait for a block before the pauses between attempts grow beyond that. */
const WAIT_LIMIT_MS = 2_000;

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** Where blocks of ids are reserved, by all processes that share a sequence. */
export interface BlockStore {
  /**
   * Reserves the next `size` ids for the caller alone, and gives the last of them. The first block ends with `size`.
   *
   * Settles within bounded time. A reservation that fails may have been made all the same: its ids are skipped.
   */
  reserve(size: number): Promise<number>;
}

/** What a {@link BlockSequence} is built from. */
export interface BlockSequenceDependencies {
  readonly store: BlockStore;
  /** How many ids are reserved at once. */
  readonly blockSize: number;
  readonly clock: Clock;
  /** A number from 0 up to 1, so that processes which failed together do not try again together. */
  readonly random: () => number;
  readonly logger: Pick<Logger, 'debug' | 'info' | 'warn'>;
}

/** A request that waits for an id, until the next attempt would come after its `deadline`. */
interface Waiting {
  readonly deadline: number;
  give(id: number): void;
  refuse(error: Error): void;
}

/**
 * Ids from blocks that are reserved in a store, so that no two processes ever give the same one, whatever ends them.
 *
 * The request path meets the store only when a process is out of ids: the next block is reserved once half of one is used.
 * One reservation is under way at a time, however many requests wait. One that fails is repeated, after pauses that double up to
 * 5 s, until it succeeds. The rest of a block that a process does not live to use is skipped.
 */
export class BlockSequence implements GreetingSequence {
  readonly #dependencies: BlockSequenceDependencies;
  readonly #waiting: Waiting[] = [];
  #next = 1;
  #last = 0;
  /** Last id of the block that follows the one in use. */
  #lastAhead: number | undefined;
  #reserving = false;
  #onBlock: () => void = () => undefined;
  /** When the next attempt is due, while attempts fail. */
  #retryAt: number | undefined;

  constructor(dependencies: BlockSequenceDependencies) {
    this.#dependencies = dependencies;
  }

  /** Reserves the first block; settles once it is there, however long that takes. */
  start(): Promise<void> {
    return new Promise((resolve) => {
      this.#onBlock = resolve;
      this.#reserveAhead();
    });
  }

  next(): Promise<number> {
    const id = this.#take();
    this.#reserveAhead();
    return id === undefined ? this.#wait() : Promise.resolve(id);
  }

  #reserveAhead(): void {
    if (!this.#reserving && this.#isBlockNeeded()) void this.#reserveWhileNeeded();
  }

  #take(): number | undefined {
    if (this.#next > this.#last && this.#lastAhead !== undefined) {
      this.#next = this.#lastAhead - this.#dependencies.blockSize + 1;
      this.#last = this.#lastAhead;
      this.#lastAhead = undefined;
    }
    if (this.#next > this.#last) return undefined;
    const id = this.#next;
    this.#next += 1;
    return id;
  }

  #isBlockNeeded(): boolean {
    const left = this.#last - this.#next + 1;
    return this.#lastAhead === undefined && left <= this.#dependencies.blockSize / 2;
  }

  #wait(): Promise<number> {
    const deadline = this.#dependencies.clock.now() + WAIT_LIMIT_MS;
    if (this.#retryAt !== undefined && this.#retryAt > deadline)
      return Promise.reject(this.#refusal(this.#retryAt));
    return new Promise((give, refuse) => this.#waiting.push({ deadline, give, refuse }));
  }

  #refusal(retryAt: number): GreetingIdsUnavailableError {
    return new GreetingIdsUnavailableError(retryAt - this.#dependencies.clock.now());
  }

  async #reserveWhileNeeded(): Promise<void> {
    const { clock, logger, random } = this.#dependencies;
    this.#reserving = true;
    for (let failures = 0; this.#isBlockNeeded();) {
      try {
        await this.#reserve();
        if (failures > 0) logger.info({ failures }, 'greeting ids can be reserved again');
        failures = 0;
        this.#retryAt = undefined;
        this.#serveWaiting();
      } catch (err) {
        const longestMs = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
        const pauseMs = Math.round((longestMs * (1 + random())) / 2);
        failures += 1;
        logger.warn({ err, failures, pauseMs }, 'no greeting ids could be reserved');
        this.#retryAt = clock.now() + pauseMs;
        this.#refuseWaitingBeyond(this.#retryAt);
        await clock.sleep(pauseMs);
      }
    }
    this.#reserving = false;
  }

  async #reserve(): Promise<void> {
    const { blockSize, logger, store } = this.#dependencies;
    const last = await store.reserve(blockSize);
    const first = last - blockSize + 1;
    if (!Number.isSafeInteger(last) || first <= this.#last) {
      throw new BadBlockError(`A block from ${first} to ${last} was given after one to ${this.#last}`);
    }
    logger.debug({ first, last }, 'greeting ids reserved');
    this.#lastAhead = last;
    this.#onBlock();
  }

  /** First come, first served. */
  #serveWaiting(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const id = this.#take();
      if (id === undefined) return;
      this.#waiting.shift();
      first.give(id);
    }
  }

  #refuseWaitingBeyond(retryAt: number): void {
    // Who came first has the earliest deadline.
    for (let first = this.#waiting[0]; first && first.deadline < retryAt; first = this.#waiting[0]) {
      this.#waiting.shift();
      first.refuse(this.#refusal(retryAt));
    }
  }
}
