import type { IncomingMessage, ServerResponse } from 'node:http';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Longest that requests under way are waited for. */
const PATIENCE_MS = 30_000;

/** Counts requests under way, so that what answers them can be taken away when the last one is done. */
export class Draining {
  #underWay = 0;
  #onIdle: (() => void) | undefined;

  /** The same, counted. */
  counted(answer: Answer): Answer {
    return (request, response) => {
      this.#underWay++;
      response.once('close', () => {
        this.#underWay--;
        if (this.#underWay === 0) this.#onIdle?.();
      });
      answer(request, response);
    };
  }

  /** Resolves when no request is under way, or when nobody should wait any longer. */
  async idle(signal: AbortSignal): Promise<void> {
    if (this.#underWay === 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, PATIENCE_MS);
      timer.unref();
      this.#onIdle = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}
