/** One observable behaviour of AWS that the local cloud has, or says that it has not. */
export interface LedgerRow {
  /** E.g. `CF-TTL-05`: tests name it. */
  readonly id: string;
  /** What can be seen, in a sentence. */
  readonly behavior: string;
  /** Where it is documented or was seen, how, and how sure that is. */
  readonly source: string;
  /** How this machine differs, or which way was chosen where AWS is not known. */
  readonly difference?: string;
  /** Why no test holds it; without one, a test must. */
  readonly untested?: string;
}
