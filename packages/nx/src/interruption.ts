import { InterruptedError } from './errors';

/** Signals that ask a process to end. */
export const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export type EndSignal = (typeof END_SIGNALS)[number] | 'SIGPIPE';

/**
 * Handles Ctrl-C and other end signals.
 *
 * It prints the consequences at once: the parent process (Nx, a CI runner) may stop reading the output any moment.
 */
export class Interruption {
  readonly #controller = new AbortController();
  #consequences: () => string = () => 'Nothing was changed.';
  #by: EndSignal | undefined;

  constructor(private readonly print: (text: string) => void) {}

  /** Aborted by the first end signal, with {@link InterruptedError} as its reason. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The first end signal. */
  get by(): EndSignal | undefined {
    return this.#by;
  }

  /** Sets what an interruption means from now on. */
  setConsequences(describe: () => string): void {
    this.#consequences = describe;
  }

  /** Handles an end signal. Later signals are ignored. */
  interrupt(by: EndSignal): void {
    if (this.#by) return;
    this.#by = by;
    this.print(`\nInterrupted. ${this.#consequences()}`);
    this.#controller.abort(new InterruptedError(`Interrupted by ${by}.`));
  }
}
