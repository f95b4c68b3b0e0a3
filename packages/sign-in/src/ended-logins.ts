/** More logins than a user normally ends before their tokens expire. */
const MAX_ENTRIES = 20;

/**
 * Logins that the user has ended, in any tab. Their tokens must not be used again.
 *
 * Stored in `localStorage` for tabs that miss the logout message, because they were suspended or on another site. Only
 * login IDs are stored, never tokens.
 */
export class EndedLogins {
  /** Logins that ended while this tab was open. Needed because other tabs' changes to storage arrive with a delay. */
  readonly #known = new Set<string>();

  constructor(
    private readonly storage: Pick<Storage, 'getItem' | 'setItem'>,
    private readonly key: string,
  ) {}

  /** Adds a login that ended in this tab. */
  add(login: string): void {
    this.addFromOtherTab(login);
    this.storage.setItem(this.key, JSON.stringify([login, ...this.#stored()].slice(0, MAX_ENTRIES)));
  }

  /** Adds a login that ended in another tab, which stores it. */
  addFromOtherTab(login: string): void {
    this.#known.add(login);
  }

  has(login: string): boolean {
    return this.#known.has(login) || this.#stored().includes(login);
  }

  #stored(): string[] {
    return JSON.parse(this.storage.getItem(this.key) ?? '[]') as string[];
  }
}
