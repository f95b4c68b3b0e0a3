import { Interrupted } from './errors';

/** Signals that ask a process to end. */
export type EndSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

export const END_SIGNALS: readonly EndSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * What happens when somebody presses Ctrl-C.
 *
 * The explanation of the moment is given at once and without waiting for anything: who started this process (Nx, a
 * CI runner) may stop listening to it any time now.
 */
export class Interruption {
  readonly #controller = new AbortController();
  #explain: () => string = () => 'Nothing has been changed.';
  #by: EndSignal | undefined;

  constructor(private readonly tell: (text: string) => void) {}

  /** Aborted by the first interruption; its reason is {@link Interrupted}. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** By which signal, once it happened. */
  get by(): EndSignal | undefined {
    return this.#by;
  }

  /** From now on an interruption means this. */
  means(explain: () => string): void {
    this.#explain = explain;
  }

  /** Somebody wants the process to end. Only the first time matters. */
  happened(by: EndSignal): void {
    if (this.#by) return;
    this.#by = by;
    this.tell(`\nInterrupted. ${this.#explain()}`);
    this.#controller.abort(new Interrupted(`Interrupted by ${by}`));
  }
}
