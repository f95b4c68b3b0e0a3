/** A user of a pool. */
export interface User {
  /** Never changes; the same at every start for users of the file. */
  readonly sub: string;
  /** Username in tokens: the sub in a pool whose users sign in by e-mail (row CG-JT-03). */
  readonly username: string;
  readonly groups: readonly string[];
  /** Without `sub`; `email_verified` and `phone_number_verified` are booleans. */
  readonly attributes: Readonly<Record<string, string | boolean>>;
  /** `FORCE_CHANGE_PASSWORD`: temporary password (rows CG-AD-01, CG-AD-02); `UNCONFIRMED`: the sign-up waits for its code. */
  readonly status: 'CONFIRMED' | 'FORCE_CHANGE_PASSWORD' | 'UNCONFIRMED';
  readonly passwordDigest: Buffer;
  /** Milliseconds since the epoch. */
  readonly passwordSetAtMs: number;
  readonly totp: AuthenticatorApp | undefined;
  /** Digest of the user's entry in the file; a changed entry replaces the user. `undefined`: the user signed up. */
  readonly seed: string | undefined;
}

/** An authenticator app that a user has enrolled. */
export interface AuthenticatorApp {
  /** Base32. */
  readonly secret: string;
  /** Time step of the last accepted code: each code is valid once. */
  readonly usedStep: number | undefined;
}
