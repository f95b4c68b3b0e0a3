/** An observable behavior of AWS. */
export interface LedgerRow {
  /** Id, e.g. `CF-TTL-05`, which test names cite. */
  readonly id: string;
  /** The behavior, in a sentence. */
  readonly behavior: string;
  /** Documentation or observation that it is based on, and the confidence in it. */
  readonly source: string;
  /** How the local cloud differs, or its choice where AWS documents nothing. */
  readonly difference?: string;
  /** Reason why no test covers it. */
  readonly untested?: string;
}
