/** Where greetings get their ids from. */
export interface GreetingSequence {
  /** The next id: a positive whole number, higher than every one before. */
  next(): Promise<number>;
}

/** Ids from 1 for as long as the process lives; another process counts for itself. */
export class InMemoryGreetingSequence implements GreetingSequence {
  #last = 0;

  async next(): Promise<number> {
    this.#last += 1;
    return this.#last;
  }
}
