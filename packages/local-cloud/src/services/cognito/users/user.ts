/** A person of a pool, as the pool keeps them from one deployment to the next. */
export interface Account {
  /** The id that never changes; the same at every start. */
  readonly sub: string;
  /** What tokens call them: the sub in a pool whose people sign in by e-mail (row CG-JT-03). */
  readonly username: string;
  readonly groups: readonly string[];
  /** Without `sub`; `email_verified` and `phone_number_verified` are booleans. */
  readonly attributes: Readonly<Record<string, string | boolean>>;
  /**
   * `FORCE_CHANGE_PASSWORD`: the password is an administrator's (rows CG-AD-01, CG-AD-02); `UNCONFIRMED`: somebody made the
   * account, and has not typed the code yet.
   */
  readonly status: 'CONFIRMED' | 'FORCE_CHANGE_PASSWORD' | 'UNCONFIRMED';
  readonly passwordDigest: Buffer;
  /** Milliseconds since the epoch. */
  readonly passwordSetAtMs: number;
  readonly totp: EnrolledApp | undefined;
  /** Digest of what the file of users said; when that changes, the account is made anew. `undefined`: somebody signed up. */
  readonly seed: string | undefined;
}

/** An authenticator app. */
export interface EnrolledApp {
  /** Base32. */
  readonly secret: string;
  /** Time step of the last code that was accepted: no code is good twice. */
  readonly usedStep: number | undefined;
}

/** The people of all pools: by pool id, then by sub. */
export class Accounts {
  readonly #byPool = new Map<string, Map<string, Account>>();

  of(poolId: string): Map<string, Account> {
    const accounts = this.#byPool.get(poolId) ?? new Map<string, Account>();
    this.#byPool.set(poolId, accounts);
    return accounts;
  }
}
