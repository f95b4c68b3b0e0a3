import { InterruptedError } from './errors';

/** Signals that ask a process to end. */
export const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

type EndSignal = (typeof END_SIGNALS)[number] | 'SIGPIPE';

/**
 * Handles Ctrl-C and other end signals.
 *
 * It prints the consequences at once: the parent process (Nx, a CI runner) may stop reading the output at any moment.
 */
export class Interruption {
  readonly #controller = new AbortController();
  #consequences: () => string = () => 'Nothing was changed.';
  /** The first end signal. */
  by: EndSignal | undefined;
  /** Aborted by the first end signal, with {@link InterruptedError} as its reason. */
  readonly signal: AbortSignal = this.#controller.signal;

  constructor(private readonly print: (text: string) => void) {}

  /** Sets what an interruption means from now on. */
  setConsequences(describe: () => string): void {
    this.#consequences = describe;
  }

  /** Handles an end signal. Later signals are ignored. */
  interrupt(by: EndSignal): void {
    if (this.by) return;
    this.by = by;
    this.print(`\nInterrupted. ${this.#consequences()}`);
    this.#controller.abort(new InterruptedError(`Interrupted by ${by}.`));
  }
}
