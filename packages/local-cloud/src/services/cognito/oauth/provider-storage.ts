import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';
import { InvalidGrant } from 'oidc-provider/lib/helpers/errors.js';
import { ProviderClock } from '../../../adapters/oidc-provider';

/** How many records of one kind are kept; the oldest make room. */
const CAPACITY = 10_000;

/** For how long an expired record is kept: until then the log can say that it has expired. */
const KEPT_AFTER_EXPIRY_MS = 3_600_000;

/** The times in a record, in seconds since the epoch. */
const TIMES = ['authTime', 'exp', 'iat', 'iiat', 'loginTs'] as const;

interface StoredRecord {
  readonly payload: AdapterPayload;
  readonly forgottenAtMs: number;
}

/** oidc-provider's records, with times by the injected clock; they outlive a provider. */
export class ProviderRecords {
  readonly #byModel = new Map<string, Map<string, StoredRecord>>();

  of(model: string): Map<string, StoredRecord> {
    const records = this.#byModel.get(model) ?? new Map<string, StoredRecord>();
    this.#byModel.set(model, records);
    return records;
  }

  /** Ends every session, code, refresh token and grant. */
  clear(): void {
    for (const records of this.#byModel.values()) records.clear();
  }
}

/** What the storage needs beside the records. */
export interface ProviderStorageOptions {
  /** For how long a rotated refresh token of the client stays good (row CG-TK-11). */
  readonly graceSeconds: (clientId: string | undefined) => number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Keeps oidc-provider's records in memory.
 *
 * oidc-provider tells by the machine's clock whether a record has expired. So a record is kept with its times by the
 * injected clock, and handed out with times that are as far from the machine's as those are from the injected one's.
 *
 * Interactions are forgotten at once: Cognito's login page carries the whole request in its URL. A code or a refresh
 * token is consumed once even when two requests race for it.
 */
export function createProviderStorage(
  records: ProviderRecords,
  options: ProviderStorageOptions,
): AdapterFactory {
  return (model) =>
    model === 'Interaction' ? new Forgetful() : new MemoryRecords(records.of(model), options);
}

class MemoryRecords implements Adapter {
  readonly #records: Map<string, StoredRecord>;
  readonly #options: ProviderStorageOptions;
  readonly #clock: ProviderClock;

  constructor(records: Map<string, StoredRecord>, options: ProviderStorageOptions) {
    this.#records = records;
    this.#options = options;
    this.#clock = new ProviderClock(options.now);
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    this.#records.delete(id);
    const [oldest] = this.#records.keys();
    if (this.#records.size >= CAPACITY && oldest !== undefined) this.#records.delete(oldest);
    const forgottenAtMs =
      expiresIn === undefined ? Infinity : this.#options.now() + expiresIn * 1_000 + KEPT_AFTER_EXPIRY_MS;
    const kept = withTimes(payload, (seconds) => this.#clock.toInjected(seconds));
    this.#records.set(id, { payload: kept, forgottenAtMs });
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const record = this.#kept(id);
    if (!record) return undefined;
    const payload = withTimes(record.payload, (seconds) => this.#clock.toProvider(seconds));
    if (this.#inGrace(record.payload)) delete payload.consumed;
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
    const payload = this.#kept(id)?.payload;
    if (!payload) throw new InvalidGrant('gone before it was consumed');
    if (payload.consumed === undefined) payload.consumed = Math.floor(this.#options.now() / 1_000);
    else if (!this.#inGrace(payload)) throw new InvalidGrant('consumed by a request at the same time');
  }

  async destroy(id: string): Promise<void> {
    this.#records.delete(id);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [id, { payload }] of this.#records) if (payload.grantId === grantId) this.#records.delete(id);
  }

  #kept(id: string): StoredRecord | undefined {
    const record = this.#records.get(id);
    if (record && record.forgottenAtMs <= this.#options.now()) {
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

/** A copy with its times moved. */
function withTimes(payload: AdapterPayload, move: (seconds: number) => number): AdapterPayload {
  const copy = structuredClone(payload);
  for (const name of TIMES) {
    const value = copy[name];
    if (typeof value === 'number') copy[name] = move(value);
  }
  return copy;
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
