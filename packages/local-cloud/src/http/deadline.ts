/** Aborts when a time limit is reached or when the client goes away, whichever comes first. */
export class Deadline {
  readonly #abort = new AbortController();
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #client: AbortSignal;
  readonly #onClientGone = (): void => this.#abort.abort(this.#client.reason);
  #isExceeded = false;

  /** `timeoutMs`: `undefined` for no time limit. `client`: aborted when the client has gone. */
  constructor(timeoutMs: number | undefined, client: AbortSignal) {
    this.#client = client;
    this.#timer = timeoutMs === undefined ? undefined : setTimeout(() => this.#exceed(), timeoutMs);
    if (client.aborted) this.#onClientGone();
    else client.addEventListener('abort', this.#onClientGone, { once: true });
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get isExceeded(): boolean {
    return this.#isExceeded;
  }

  lift(): void {
    clearTimeout(this.#timer);
  }

  clear(): void {
    this.lift();
    this.#client.removeEventListener('abort', this.#onClientGone);
  }

  #exceed(): void {
    this.#isExceeded = true;
    this.#abort.abort();
  }
}
