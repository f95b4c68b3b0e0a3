/** Source of greeting ids. */
export interface GreetingSequence {
  /**
   * Returns an id that no other greeting has: a positive whole number, higher than all ids that this process got before.
   *
   * @throws {GreetingIdsUnavailableError} when no id is available soon
   */
  next(): Promise<number>;
}

/** Ids from 1 for each process, for an API without tables. */
export class InMemoryGreetingSequence implements GreetingSequence {
  #last = 0;

  async next(): Promise<number> {
    this.#last += 1;
    return this.#last;
  }
}
