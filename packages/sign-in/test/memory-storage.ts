/** In-memory storage of one tab. In happy-dom all tabs would share one storage. */
export class MemoryStorage implements Storage {
  readonly #items = new Map<string, string>();

  /** @param copyOf the storage of the tab that this tab duplicates */
  constructor(copyOf?: Storage) {
    for (let index = 0; copyOf && index < copyOf.length; index += 1) {
      const key = copyOf.key(index) ?? '';
      this.#items.set(key, copyOf.getItem(key) ?? '');
    }
  }

  get length() {
    return this.#items.size;
  }
  clear = () => this.#items.clear();
  getItem = (key: string) => this.#items.get(key) ?? null;
  key = (index: number) => [...this.#items.keys()][index] ?? null;
  removeItem = (key: string) => void this.#items.delete(key);
  setItem = (key: string, value: string) => void this.#items.set(key, value);
}
