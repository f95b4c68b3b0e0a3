/** What became of a fetch for the cache. */
export type FetchOutcome = 'stored' | 'notStored' | 'failed';

/**
 * One request to the origin that several viewers wait for (request collapsing).
 *
 * It goes on as long as anybody wants it: the viewer who caused it, or those who wait for the copy.
 */
export class CollapsedFetch {
  readonly #abort = new AbortController();
  readonly #outcome: Promise<FetchOutcome>;
  /** Says what became of it, to everybody who waits. */
  readonly settle: (outcome: FetchOutcome) => void;
  #isLeaderGone = false;
  #waiting = 0;

  /** @param leader aborted when the viewer who caused the fetch is gone */
  constructor(leader: AbortSignal) {
    let settle: (outcome: FetchOutcome) => void = () => undefined;
    this.#outcome = new Promise((resolve) => (settle = resolve));
    this.settle = settle;
    const leave = (): void => {
      this.#isLeaderGone = true;
      this.#abortIfUnwanted();
    };
    if (leader.aborted) leave();
    else leader.addEventListener('abort', leave, { once: true });
  }

  /** Aborted when nobody wants the response any more. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Whether somebody waits for the copy. */
  get isAwaited(): boolean {
    return this.#waiting > 0;
  }

  /**
   * Waits until the response is in the cache, or it is known that it will not be.
   *
   * @throws the signal's reason when the viewer who waits is gone
   */
  async outcome(viewer: AbortSignal): Promise<FetchOutcome> {
    viewer.throwIfAborted();
    let leave = (): void => undefined;
    const gone = new Promise<never>((_, reject) => (leave = () => reject(viewer.reason as Error)));
    viewer.addEventListener('abort', leave, { once: true });
    this.#waiting++;
    try {
      return await Promise.race([this.#outcome, gone]);
    } finally {
      viewer.removeEventListener('abort', leave);
      this.#waiting--;
      this.#abortIfUnwanted();
    }
  }

  #abortIfUnwanted(): void {
    if (this.#isLeaderGone && this.#waiting === 0) this.#abort.abort();
  }
}
