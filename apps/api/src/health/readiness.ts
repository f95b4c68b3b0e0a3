/** How far a process is in its life: whether it takes new requests. */
export type Phase = 'starting' | 'ready' | 'waiting for its store' | 'stopping';

/** Whether the API takes new requests: from when it has all it needs until it is told to stop, but for when its store is down. */
export class Readiness {
  #life: 'starting' | 'ready' | 'stopping' = 'starting';
  #isStoreDown = false;

  get phase(): Phase {
    return this.#life === 'ready' && this.#isStoreDown ? 'waiting for its store' : this.#life;
  }

  /** From now on the API is ready, unless it is stopping already. */
  begin(): void {
    if (this.#life === 'starting') this.#life = 'ready';
  }

  /** The store has gone down, or is up again. */
  storeIsDown(isDown: boolean): void {
    this.#isStoreDown = isDown;
  }

  /** From now on the API is not ready; there is no way back. */
  end(): void {
    this.#life = 'stopping';
  }
}
