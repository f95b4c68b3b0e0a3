import { EdgeCache } from './edge-cache';

/** The caches of all distributions; they outlive a change of the template, as on AWS. */
export class EdgeCaches {
  readonly #caches = new Map<string, EdgeCache>();

  /** The cache of a distribution, by its id. */
  of(distributionId: string): EdgeCache {
    const cache = this.#caches.get(distributionId) ?? new EdgeCache();
    this.#caches.set(distributionId, cache);
    return cache;
  }

  /** How many responses are kept. */
  get size(): number {
    return this.#sum((cache) => cache.size);
  }

  /** How many bytes they take. */
  get bytes(): number {
    return this.#sum((cache) => cache.bytes);
  }

  /**
   * Forgets responses of every distribution; see {@link EdgeCache.purge}.
   *
   * @returns how many
   */
  purge(pathPattern?: string): number {
    return this.#sum((cache) => cache.purge(pathPattern));
  }

  #sum(count: (cache: EdgeCache) => number): number {
    return [...this.#caches.values()].reduce((sum, cache) => sum + count(cache), 0);
  }
}
