/**
 * The last login that the user has ended, in any tab. The tokens of that login and of all logins before it must not be used
 * again.
 *
 * Stored in `localStorage` for tabs that miss the logout message, because they were suspended or on another site. Only the
 * time of the login is stored, never a token.
 */
export class EndedLogins {
  /** Last login that ended while this tab was open. Needed because other tabs' changes to storage arrive with a delay. */
  #known = 0;

  constructor(
    private readonly storage: Pick<Storage, 'getItem' | 'setItem'>,
    private readonly key: string,
  ) {}

  /** The last ended login, as in `SessionVersion`. */
  get last(): number {
    return Math.max(this.#known, Number(this.storage.getItem(this.key) ?? 0));
  }

  /** Adds a login that ended in this tab. */
  add(login: number): void {
    this.addFromOtherTab(login);
    this.storage.setItem(this.key, String(this.last));
  }

  /** Adds a login that ended in another tab, which stores it. */
  addFromOtherTab(login: number): void {
    this.#known = Math.max(this.#known, login);
  }

  has(login: number): boolean {
    return login <= this.last;
  }
}
