/** Where greetings get their ids from. */
export interface GreetingSequence {
  /**
   * An id that no greeting has had: a positive whole number, higher than every one that this process gave before.
   *
   * @throws {GreetingIdsUnavailableError} when none is to be had soon
   */
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
