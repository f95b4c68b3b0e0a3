const KEY = 'ended-logins';

/** More than anybody ends before the tokens of the first have expired. */
const REMEMBERED = 20;

/**
 * Logins the person has ended, in whichever tab: tokens of theirs are good for nothing any more.
 *
 * Kept where all tabs can read it, for the sake of those that could not hear of a logout: a tab that the browser had put
 * away, or that was on another site, comes back with what it held. Ids only, which open nothing; never a token.
 */
export class EndedLogins {
  /** What this tab was told: storage that tabs share may show another one's changes a little later. */
  readonly #told = new Set<string>();

  constructor(private readonly storage: Pick<Storage, 'getItem' | 'setItem'>) {}

  /** The person ends this login in this tab. */
  add(login: string): void {
    this.tell(login);
    this.storage.setItem(KEY, JSON.stringify([login, ...this.#all()].slice(0, REMEMBERED)));
  }

  /** Another tab says that it is over. */
  tell(login: string): void {
    this.#told.add(login);
  }

  has(login: string): boolean {
    return this.#told.has(login) || this.#all().includes(login);
  }

  #all(): string[] {
    return JSON.parse(this.storage.getItem(KEY) ?? '[]') as string[];
  }
}
