import { onTestFinished } from 'vitest';
import type { TabBrowser } from '../src/features/sign-in/tab-channel';
import { SessionManager } from '../src/features/sign-in/session-manager';
import { config, origin } from './fake-user-pool';
import { FakeLocks } from './fake-locks';

/** In-memory storage of one tab. In jsdom all tabs would share one storage. */
class TestStorage implements Storage {
  readonly #items = new Map<string, string>();
  get length() {
    return this.#items.size;
  }
  clear = () => this.#items.clear();
  getItem = (key: string) => this.#items.get(key) ?? null;
  key = (index: number) => [...this.#items.keys()][index] ?? null;
  removeItem = (key: string) => void this.#items.delete(key);
  setItem = (key: string, value: string) => void this.#items.set(key, value);
}

let browsers = 0;

/** Opens a fake browser. Its tabs share locks, channels and `sharedStorage`; each has its own `storage`. */
export function openBrowser() {
  const locks = new FakeLocks();
  const sharedStorage = new TestStorage();
  const browser = (browsers += 1);

  function openTab(): TabBrowser & { manager: SessionManager } {
    const tab: TabBrowser = {
      locks,
      storage: new TestStorage(),
      sharedStorage,
      openChannel: (name) => new BroadcastChannel(`${browser} ${name}`),
    };
    const manager = new SessionManager(config, origin, tab);
    onTestFinished(() => manager.close());
    return { ...tab, manager };
  }

  return { locks, openTab };
}
