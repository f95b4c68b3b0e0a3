import { LRUCache } from 'lru-cache';
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';
import { InvalidGrant, ProviderClock } from '../../../adapters/oidc-provider';

const CAPACITY = 10_000;

/** How long an expired record stays, so that the log can say that it has expired. */
const KEEP_EXPIRED_MS = 3_600_000;

interface StoredRecord {
  readonly payload: AdapterPayload;
  readonly deleteAtMs: number;
}

/** Records of oidc-provider by model and id, with times by the injected clock. They outlive a provider. */
export class ProviderRecords {
  readonly #byModel = new Map<string, LRUCache<string, StoredRecord>>();

  of(model: string): LRUCache<string, StoredRecord> {
    const records = this.#byModel.get(model) ?? new LRUCache<string, StoredRecord>({ max: CAPACITY });
    this.#byModel.set(model, records);
    return records;
  }

  /** Revokes the codes and tokens that match. Sessions stay (row CG-LO-05). */
  revoke(matches: (payload: AdapterPayload) => boolean): void {
    for (const [model, records] of this.#byModel) {
      if (model === 'Session') continue;
      for (const [id, { payload }] of [...records.entries()]) if (matches(payload)) records.delete(id);
    }
  }

  /** Ends every session, code, refresh token and grant. */
  clear(): void {
    for (const records of this.#byModel.values()) records.clear();
  }
}

interface ProviderStorageOptions {
  /** How long a rotated refresh token of the client stays valid (row CG-TK-11). */
  readonly graceSeconds: (clientId: string | undefined) => number;
  readonly now: () => number;
}

/**
 * Stores records of oidc-provider in memory. It checks their expiry by the machine's clock, so they are stored with times by
 * the injected clock, and read with times that are as far from the machine's clock. A code or a refresh token is consumed
 * once, even when two requests race for it.
 */
export function createProviderStorage(
  records: ProviderRecords,
  options: ProviderStorageOptions,
): AdapterFactory {
  return (model) =>
    model === 'Interaction' ? NOTHING_STORED : new MemoryRecords(records.of(model), options);
}

class MemoryRecords implements Adapter {
  readonly #records: LRUCache<string, StoredRecord>;
  readonly #options: ProviderStorageOptions;
  readonly #clock: ProviderClock;

  constructor(records: LRUCache<string, StoredRecord>, options: ProviderStorageOptions) {
    this.#records = records;
    this.#options = options;
    this.#clock = new ProviderClock(options.now);
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const deleteAtMs =
      expiresIn === undefined ? Infinity : this.#options.now() + expiresIn * 1_000 + KEEP_EXPIRED_MS;
    this.#records.set(id, { payload: this.#clock.recordToInjected(payload), deleteAtMs });
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const record = this.#get(id);
    if (!record) return undefined;
    const payload = this.#clock.recordToProvider(record.payload);
    if (this.#inGrace(record.payload)) delete payload.consumed;
    return payload;
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    for (const [id, { payload }] of this.#records.entries()) if (payload.uid === uid) return this.find(id);
    return undefined;
  }

  async findByUserCode(): Promise<undefined> {
    return undefined;
  }

  async consume(id: string): Promise<void> {
    const payload = this.#get(id)?.payload;
    if (!payload) throw new InvalidGrant('deleted before it was consumed');
    if (payload.consumed === undefined) payload.consumed = Math.floor(this.#options.now() / 1_000);
    else if (!this.#inGrace(payload)) throw new InvalidGrant('consumed by a concurrent request');
  }

  async destroy(id: string): Promise<void> {
    this.#records.delete(id);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    const ids = [...this.#records.entries()].flatMap(([id, { payload }]) =>
      payload.grantId === grantId ? [id] : [],
    );
    for (const id of ids) this.#records.delete(id);
  }

  #get(id: string): StoredRecord | undefined {
    const record = this.#records.get(id);
    if (record && record.deleteAtMs <= this.#options.now()) {
      this.#records.delete(id);
      return undefined;
    }
    return record;
  }

  #inGrace({ kind, consumed, clientId }: AdapterPayload): boolean {
    if (kind !== 'RefreshToken' || typeof consumed !== 'number') return false;
    return this.#options.now() / 1_000 < consumed + this.#options.graceSeconds(clientId);
  }
}

const resolveNothing = (): Promise<undefined> => Promise.resolve(undefined);

/** For interactions: the URL of Cognito's login page has the whole request in it. */
const NOTHING_STORED: Adapter = {
  upsert: resolveNothing,
  find: resolveNothing,
  findByUid: resolveNothing,
  findByUserCode: resolveNothing,
  consume: resolveNothing,
  destroy: resolveNothing,
  revokeByGrantId: resolveNothing,
};
