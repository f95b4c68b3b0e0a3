export type FetchOutcome = 'stored' | 'notStored' | 'failed';

/**
 * One request to the origin that several viewers wait for (request collapsing). It is aborted when the viewer that caused
 * it and all viewers that wait for it are gone.
 */
export class CollapsedFetch {
  readonly #abort = new AbortController();
  readonly #outcome: Promise<FetchOutcome>;
  readonly settle: (outcome: FetchOutcome) => void;
  #isLeaderGone = false;
  #waiting = 0;

  /** @param leader aborted when the viewer that caused the fetch is gone */
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

  /** Aborted when no viewer waits for the response any more. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get isAwaited(): boolean {
    return this.#waiting > 0;
  }

  /** Waits until the fetch has a result. @throws the signal's reason when the waiting viewer is gone */
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
