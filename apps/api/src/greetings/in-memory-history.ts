import type { SavedGreeting } from '@spa-on-aws/shared-types';
import { evictOldest } from '../evict-oldest';
import { type GreetingHistory, oldestTime, type Page, type PageRequest, type Position } from './history';

/** Greetings in the memory of this process, for an API without tables. */
export class InMemoryHistory implements GreetingHistory {
  readonly #entries = new Map<number, { readonly sub: string; readonly greeting: SavedGreeting }>();

  /**
   * @param now returns milliseconds since 1970
   * @param capacity maximum number of greetings of all users; the oldest are removed first
   */
  constructor(
    private readonly now: () => number = Date.now,
    private readonly capacity = 10_000,
  ) {}

  async save(sub: string, greeting: SavedGreeting): Promise<void> {
    this.#entries.set(greeting.id, { sub, greeting });
    evictOldest(this.#entries, this.capacity);
  }

  async list(sub: string, { limit, after }: PageRequest): Promise<Page> {
    const oldest = oldestTime(this.now());
    const items = [...this.#entries.values()]
      .filter((entry) => entry.sub === sub && entry.greeting.greetedAt >= oldest)
      .map(({ greeting }) => greeting)
      .filter((greeting) => after === undefined || newestFirst(after, greeting) < 0)
      .sort(newestFirst);
    return { items: items.slice(0, limit), hasMore: items.length > limit };
  }

  async delete(sub: string, id: number): Promise<boolean> {
    const entry = this.#entries.get(id);
    if (entry?.sub !== sub || entry.greeting.greetedAt < oldestTime(this.now())) return false;
    return this.#entries.delete(id);
  }
}

function newestFirst(a: Position, b: Position): number {
  if (a.greetedAt !== b.greetedAt) return a.greetedAt < b.greetedAt ? 1 : -1;
  return b.id - a.id;
}
