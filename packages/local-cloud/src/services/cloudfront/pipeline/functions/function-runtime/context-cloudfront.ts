import type { ContextBuffer } from './context-buffer';
import type { ContextBytes } from './context-bytes';
import type { RuntimeHost } from './host';

/** A key-value store as a function's context is told of it. */
export interface ContextStore {
  readonly id: string;
  readonly entries: Readonly<Record<string, string>>;
}

/**
 * The module behind `import cf from 'cloudfront'`. Runs inside a function's context, from its own source text:
 * nothing outside the braces may be used.
 *
 * @param storeJson a {@link ContextStore}, or `null` when the function has none
 * @param unsupported helpers that AWS has and the local cloud does not
 */
export function makeCloudFront(
  host: RuntimeHost,
  bytes: ContextBytes,
  Buffer: ContextBuffer,
  storeJson: string,
  unsupported: readonly string[],
): object {
  const store = JSON.parse(storeJson) as ContextStore | null;
  const has = (key: string): boolean =>
    store !== null && Object.prototype.hasOwnProperty.call(store.entries, key);
  const keyCount = store === null ? 0 : Object.keys(store.entries).length;
  const handle = {
    get: async (key: unknown, options: { format?: string } = {}): Promise<unknown> => {
      const value = has(String(key)) ? store?.entries[String(key)] : undefined;
      if (value === undefined) throw new Error(`KeyNotFound: the key value store has no key ${String(key)}`);
      const format = options.format ?? 'string';
      if (format === 'string') return value;
      if (format === 'json') return JSON.parse(value) as unknown;
      if (format === 'bytes') return Buffer.from(bytes.fromBinary(host.encode(value, 'utf8')));
      throw new TypeError(`format must be string, json or bytes, not ${format}`);
    },
    exists: async (key: unknown): Promise<boolean> => has(String(key)),
    count: async (): Promise<number> => keyCount,
    meta: async (): Promise<object> => ({
      creationDateTime: '1970-01-01T00:00:00Z',
      lastUpdatedDateTime: '1970-01-01T00:00:00Z',
      keyCount,
    }),
  };
  const cloudfront: Record<string, unknown> = {
    kvs: (id?: unknown) => {
      if (store === null) throw new Error('The function is associated with no key value store');
      if (id !== undefined && id !== store.id) {
        throw new Error(`The function is associated with the key value store ${store.id}, not ${String(id)}`);
      }
      return handle;
    },
  };
  unsupported.forEach((name) => {
    cloudfront[name] = () => {
      throw new Error(`cf.${name} is not supported by the local cloud`);
    };
  });
  return cloudfront;
}
