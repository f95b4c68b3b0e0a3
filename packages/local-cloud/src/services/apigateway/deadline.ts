/** Ends something when its time is up or when nobody waits for it any more, whichever comes first. */
export class Deadline {
  readonly #ending = new AbortController();
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #waiting: AbortSignal;
  readonly #onGone = (): void => this.#ending.abort(this.#waiting.reason);
  #isOver = false;

  /**
   * @param timeoutMs `undefined`: its time is never up
   * @param waiting aborted when nobody waits any more
   */
  constructor(timeoutMs: number | undefined, waiting: AbortSignal) {
    this.#waiting = waiting;
    this.#timer = timeoutMs === undefined ? undefined : setTimeout(() => this.#expire(), timeoutMs);
    if (waiting.aborted) this.#onGone();
    else waiting.addEventListener('abort', this.#onGone, { once: true });
  }

  /** Aborted when it is to end. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** Whether the time was up. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** It has as much time as it takes now, but still ends when nobody waits. */
  lift(): void {
    clearTimeout(this.#timer);
  }

  /** It is done: nothing ends it any more. */
  clear(): void {
    this.lift();
    this.#waiting.removeEventListener('abort', this.#onGone);
  }

  #expire(): void {
    this.#isOver = true;
    this.#ending.abort();
  }
}
