import { LRUCache } from 'lru-cache';
import type { HeaderList } from '../../../../http/header-list';
import type { Lifetime } from './lifetime';

/** A complete response in the cache. Immutable: a refreshed response replaces it. */
export interface StoredResponse {
  readonly key: string;
  /** Path and query strings of the key; compared with invalidation paths. */
  readonly url: string;
  readonly status: number;
  /** As the viewer gets them, without what CloudFront adds to every response. */
  readonly headers: HeaderList;
  readonly body: Buffer | undefined;
  /** The origin's validators, for conditional requests to it. */
  readonly validators: { readonly etag: string | undefined; readonly lastModified: string | undefined };
  /** Milliseconds since the epoch. */
  readonly storedAt: number;
  readonly lifetime: Lifetime;
  /** The origin sent its length, so ranges of it can be served (row CF-RANGE-03). */
  readonly hasRanges: boolean;
  /** Until then it is served although expired, because the origin failed; milliseconds since the epoch. */
  readonly servedStaleUntil?: number;
}

export interface EdgeCacheLimits {
  readonly maxBytes?: number;
  readonly maxEntries?: number;
  /** Larger bodies are not cached. */
  readonly maxBodyBytes?: number;
}

const MIB = 1024 * 1024;
/** Approximate size of an entry without its key, headers and body. */
const ENTRY_OVERHEAD_BYTES = 512;

/** The cached responses of a distribution, in memory; the least recently used ones are evicted first. */
export class EdgeCache {
  readonly maxBodyBytes: number;
  readonly #entries: LRUCache<string, StoredResponse>;
  #purges = 0;

  constructor({ maxBytes = 64 * MIB, maxEntries = 10_000, maxBodyBytes = 16 * MIB }: EdgeCacheLimits = {}) {
    this.maxBodyBytes = Math.min(maxBodyBytes, maxBytes);
    this.#entries = new LRUCache({
      max: maxEntries,
      maxSize: maxBytes,
      sizeCalculation: ({ key, headers, body }) =>
        ENTRY_OVERHEAD_BYTES + key.length + headers.byteLength + (body?.length ?? 0),
    });
  }

  /** Number of responses. */
  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#entries.calculatedSize;
  }

  /** Number of purges: a response requested before a purge must not be stored after it. */
  get purges(): number {
    return this.#purges;
  }

  get(key: string): StoredResponse | undefined {
    return this.#entries.get(key);
  }

  put(entry: StoredResponse): void {
    if ((entry.body?.length ?? 0) > this.maxBodyBytes) this.#entries.delete(entry.key);
    else this.#entries.set(entry.key, entry);
  }

  /**
   * Removes responses, as an invalidation does, and returns their number.
   *
   * @param pathPattern e.g. `/index.html` or `/images/*`: only a `*` at the end is a wildcard. @default everything
   */
  purge(pathPattern = '/*'): number {
    this.#purges++;
    const pattern = pathPattern.replace(/^\/?/, '/');
    const isMatch = pattern.endsWith('*')
      ? (url: string) => url.startsWith(pattern.slice(0, -1))
      : (url: string) => url === pattern;
    const found = [...this.#entries.values()].filter(({ url }) => isMatch(url));
    for (const { key } of found) this.#entries.delete(key);
    return found.length;
  }
}

/** The caches of all distributions; they outlive a change of the template, as on AWS. */
export class EdgeCaches {
  readonly #caches = new Map<string, EdgeCache>();

  of(distributionId: string): EdgeCache {
    const cache = this.#caches.get(distributionId) ?? new EdgeCache();
    this.#caches.set(distributionId, cache);
    return cache;
  }

  get size(): number {
    return this.#sum((cache) => cache.size);
  }

  get bytes(): number {
    return this.#sum((cache) => cache.bytes);
  }

  /** Removes responses of every distribution, and returns their number; see {@link EdgeCache.purge}. */
  purge(pathPattern?: string): number {
    return this.#sum((cache) => cache.purge(pathPattern));
  }

  #sum(count: (cache: EdgeCache) => number): number {
    return [...this.#caches.values()].reduce((sum, cache) => sum + count(cache), 0);
  }
}
