import { onTestFinished } from 'vitest';
import type { TabBrowser } from '../src/features/sign-in/other-tabs';
import { SessionManager } from '../src/features/sign-in/session-manager';
import { config, origin } from './fake-user-pool';
import { FakeLocks } from './fake-locks';

/** Storage as browsers have it; in jsdom all tabs would share one. */
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

/** A browser with tabs on this site: they share locks and channels, not storage. */
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
