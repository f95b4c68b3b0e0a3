import type { KeptGreeting } from '@spa-on-aws/shared-types';
import type { Caller } from '../access/caller';
import type { GreetingSequence } from '../greeting/sequence';
import type { GreetingHistory } from './history';

/** What a {@link Greeter} is built from. */
export interface GreeterDependencies {
  /** Gives every greeting its id. */
  readonly greetingIds: GreetingSequence;
  /** Keeps them. */
  readonly history: GreetingHistory;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/** Greets, and keeps each greeting for who asked for it. */
export class Greeter {
  readonly #dependencies: GreeterDependencies;

  constructor(dependencies: GreeterDependencies) {
    this.#dependencies = dependencies;
  }

  /** @throws {GreetingIdsUnavailableError | StoreUnavailableError} */
  async greet({ sub }: Caller, name: string): Promise<KeptGreeting> {
    const { greetingIds, history, now = Date.now } = this.#dependencies;
    const id = await greetingIds.next();
    const greeting = { id, content: `Hello, ${name}!`, greetedAt: new Date(now()).toISOString() };
    await history.keep(sub, greeting);
    return greeting;
  }
}
