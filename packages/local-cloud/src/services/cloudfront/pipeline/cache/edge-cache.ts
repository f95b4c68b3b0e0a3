import type { HeaderList } from '../../../../http/header-list';
import type { Lifetime } from './lifetime';

/** A whole response as the cache keeps it. Never changed: a refreshed one takes its place. */
export interface StoredResponse {
  readonly key: string;
  /** What an invalidation path is compared with: path, and the query strings of the key. */
  readonly url: string;
  readonly status: number;
  /** As the viewer gets them, without what CloudFront adds to every response. */
  readonly headers: HeaderList;
  readonly body: Buffer | undefined;
  /** The origin's own, by which it is asked whether the response is still good. */
  readonly validators: { readonly etag: string | undefined; readonly lastModified: string | undefined };
  /** Milliseconds since the epoch. */
  readonly storedAt: number;
  readonly lifetime: Lifetime;
  /** The origin told its length, so that parts of it can be given (row CF-RANGE-03). */
  readonly hasRanges: boolean;
  /** Served although expired until then, because the origin failed; milliseconds since the epoch. */
  readonly servedStaleUntil?: number;
}

/** How much an {@link EdgeCache} holds. */
export interface EdgeCacheLimits {
  readonly maxBytes?: number;
  readonly maxEntries?: number;
  /** Larger bodies pass through without being kept. */
  readonly maxBodyBytes?: number;
}

const MIB = 1024 * 1024;
/** What an entry takes besides its bytes, roughly. */
const ENTRY_OVERHEAD_BYTES = 512;

/**
 * The responses that a distribution keeps, in memory: when it is full, those that were not asked for longest go first.
 */
export class EdgeCache {
  readonly maxBodyBytes: number;
  readonly #maxBytes: number;
  readonly #maxEntries: number;
  /** In order of use, the latest last. */
  readonly #entries = new Map<string, StoredResponse>();
  #bytes = 0;
  #purges = 0;

  constructor({ maxBytes = 64 * MIB, maxEntries = 10_000, maxBodyBytes = 16 * MIB }: EdgeCacheLimits = {}) {
    this.#maxBytes = maxBytes;
    this.#maxEntries = maxEntries;
    this.maxBodyBytes = Math.min(maxBodyBytes, maxBytes);
  }

  /** How many responses it holds. */
  get size(): number {
    return this.#entries.size;
  }

  /** How many bytes they take. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How often it was purged: what was asked for before a purge must not be stored after it. */
  get purges(): number {
    return this.#purges;
  }

  get(key: string): StoredResponse | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  /** Keeps a response, in place of an older one with the same key. */
  put(entry: StoredResponse): void {
    this.#remove(entry.key);
    if ((entry.body?.length ?? 0) > this.maxBodyBytes) return;
    this.#entries.set(entry.key, entry);
    this.#bytes += bytesOf(entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes && this.#entries.size <= this.#maxEntries) break;
      this.#remove(oldest);
    }
  }

  /**
   * Forgets responses, as an invalidation does.
   *
   * @param pathPattern e.g. `/index.html` or `/images/*`: only a `*` at the end is a wildcard; everything by default
   * @returns how many
   */
  purge(pathPattern = '/*'): number {
    this.#purges++;
    const pattern = pathPattern.replace(/^\/?/, '/');
    const isMatch = pattern.endsWith('*')
      ? (url: string) => url.startsWith(pattern.slice(0, -1))
      : (url: string) => url === pattern;
    const found = [...this.#entries.values()].filter(({ url }) => isMatch(url));
    for (const { key } of found) this.#remove(key);
    return found.length;
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#bytes -= bytesOf(entry);
  }
}

function bytesOf({ key, headers, body }: StoredResponse): number {
  return ENTRY_OVERHEAD_BYTES + key.length + headers.byteLength + (body?.length ?? 0);
}
