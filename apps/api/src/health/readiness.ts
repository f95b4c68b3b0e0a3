/** Whether the API takes new requests: from when it has all it needs until it is told to stop. */
export class Readiness {
  #phase: 'starting' | 'ready' | 'stopping' = 'starting';

  get phase(): 'starting' | 'ready' | 'stopping' {
    return this.#phase;
  }

  /** From now on the API is ready, unless it is stopping already. */
  begin(): void {
    if (this.#phase === 'starting') this.#phase = 'ready';
  }

  /** From now on the API is not ready; there is no way back. */
  end(): void {
    this.#phase = 'stopping';
  }
}
