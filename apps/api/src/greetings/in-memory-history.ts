import type { KeptGreeting } from '@spa-on-aws/shared-types';
import { forgetOldest } from '../forget-oldest';
import type { GreetingHistory, Page, PageRequest, Position } from './history';
import { oldestKept } from './retention';

/** More than that are not kept altogether: the oldest go first. */
const CAPACITY = 10_000;

interface Kept {
  readonly sub: string;
  readonly greeting: KeptGreeting;
}

/** Greetings for as long as the process lives; another process has its own. For an API that runs without tables. */
export class InMemoryHistory implements GreetingHistory {
  /** By id, in the order in which they came. */
  readonly #kept = new Map<number, Kept>();

  /** @param now milliseconds since 1970 */
  constructor(
    private readonly now: () => number = Date.now,
    private readonly capacity = CAPACITY,
  ) {}

  async keep(sub: string, greeting: KeptGreeting): Promise<void> {
    this.#kept.set(greeting.id, { sub, greeting });
    forgetOldest(this.#kept, this.capacity);
  }

  async list(sub: string, { limit, after }: PageRequest): Promise<Page> {
    const oldest = oldestKept(this.now());
    const items = [...this.#kept.values()]
      .filter((kept) => kept.sub === sub && kept.greeting.greetedAt >= oldest)
      .map(({ greeting }) => greeting)
      .filter((greeting) => after === undefined || newestFirst(after, greeting) < 0)
      .sort(newestFirst);
    return { items: items.slice(0, limit), hasMore: items.length > limit };
  }

  async delete(sub: string, id: number): Promise<boolean> {
    const kept = this.#kept.get(id);
    if (kept?.sub !== sub || kept.greeting.greetedAt < oldestKept(this.now())) return false;
    return this.#kept.delete(id);
  }
}

function newestFirst(a: Position, b: Position): number {
  if (a.greetedAt !== b.greetedAt) return a.greetedAt < b.greetedAt ? 1 : -1;
  return b.id - a.id;
}
