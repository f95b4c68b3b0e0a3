import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';
import { InvalidGrant } from 'oidc-provider/lib/helpers/errors.js';

/** How many records of one kind are kept; the oldest make room. */
const CAPACITY = 10_000;

/** What the storage asks about refresh tokens. */
export interface ProviderStorageOptions {
  /** For how long a rotated refresh token of the client stays good (row CG-TK-11). */
  readonly graceSeconds: (clientId: string | undefined) => number;
}

/**
 * Keeps oidc-provider's records in memory, each until it expires.
 *
 * Interactions are forgotten at once: Cognito's login page carries the whole request in its URL. A code or a refresh
 * token is consumed once even when two requests race for it.
 */
export function createProviderStorage(options: ProviderStorageOptions): AdapterFactory {
  return (model) => (model === 'Interaction' ? new Forgetful() : new MemoryRecords(options));
}

interface StoredRecord {
  readonly payload: AdapterPayload;
  readonly expiresAtMs: number;
}

class MemoryRecords implements Adapter {
  readonly #records = new Map<string, StoredRecord>();
  readonly #options: ProviderStorageOptions;

  constructor(options: ProviderStorageOptions) {
    this.#options = options;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    this.#records.delete(id);
    const [oldest] = this.#records.keys();
    if (this.#records.size >= CAPACITY && oldest !== undefined) this.#records.delete(oldest);
    const expiresAtMs = expiresIn === undefined ? Infinity : Date.now() + expiresIn * 1_000;
    this.#records.set(id, { payload: structuredClone(payload), expiresAtMs });
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const record = this.#live(id);
    if (!record) return undefined;
    const payload = structuredClone(record.payload);
    if (this.#inGrace(payload)) delete payload.consumed;
    return payload;
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    for (const [id, { payload }] of this.#records) if (payload.uid === uid) return this.find(id);
    return undefined;
  }

  async findByUserCode(): Promise<undefined> {
    return undefined;
  }

  async consume(id: string): Promise<void> {
    const payload = this.#live(id)?.payload;
    if (!payload) throw new InvalidGrant('gone before it was consumed');
    if (payload.consumed === undefined) payload.consumed = Math.floor(Date.now() / 1_000);
    else if (!this.#inGrace(payload)) throw new InvalidGrant('consumed by a request at the same time');
  }

  async destroy(id: string): Promise<void> {
    this.#records.delete(id);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [id, { payload }] of this.#records) if (payload.grantId === grantId) this.#records.delete(id);
  }

  #live(id: string): StoredRecord | undefined {
    const record = this.#records.get(id);
    if (record && record.expiresAtMs <= Date.now()) {
      this.#records.delete(id);
      return undefined;
    }
    return record;
  }

  #inGrace({ kind, consumed, clientId }: AdapterPayload): boolean {
    if (kind !== 'RefreshToken' || typeof consumed !== 'number') return false;
    return Date.now() / 1_000 < consumed + this.#options.graceSeconds(clientId);
  }
}

class Forgetful implements Adapter {
  async upsert(): Promise<void> {
    // Nothing to keep.
  }
  async find(): Promise<undefined> {
    return undefined;
  }
  async findByUid(): Promise<undefined> {
    return undefined;
  }
  async findByUserCode(): Promise<undefined> {
    return undefined;
  }
  async consume(): Promise<void> {
    // Nothing was kept.
  }
  async destroy(): Promise<void> {
    // Nothing was kept.
  }
  async revokeByGrantId(): Promise<void> {
    // Nothing was kept.
  }
}
