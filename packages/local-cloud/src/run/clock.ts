/** The time as the local cloud sees it: the machine's, moved by as much as somebody asked for. */
export class Clock {
  #offsetMs = 0;

  /** Milliseconds since the epoch. A bound function, so that it can be handed on. */
  readonly now = (): number => Date.now() + this.#offsetMs;

  /** How far it is ahead of the machine's clock, in milliseconds; negative when behind. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** @param ms negative to go back */
  advance(ms: number): void {
    this.#offsetMs += ms;
  }

  /** Back to the machine's time. */
  reset(): void {
    this.#offsetMs = 0;
  }
}
