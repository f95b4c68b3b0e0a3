import type { RequestListener } from 'node:http';

const MAX_WAIT_MS = 30_000;

/** Counts in-flight requests, so that their handler can be closed after the last one. */
export class Draining {
  #inFlight = 0;
  #onIdle: (() => void) | undefined;

  /** Wraps a request listener to count its requests. */
  counted(listener: RequestListener): RequestListener {
    return (request, response) => {
      this.#inFlight++;
      response.once('close', () => {
        this.#inFlight--;
        if (this.#inFlight === 0) this.#onIdle?.();
      });
      listener(request, response);
    };
  }

  /** Resolves when no request is in flight, after 30 s, or when the signal is aborted. */
  async idle(signal: AbortSignal): Promise<void> {
    if (this.#inFlight === 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, MAX_WAIT_MS);
      timer.unref();
      this.#onIdle = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}
