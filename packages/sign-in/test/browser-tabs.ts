import { onTestFinished } from 'vitest';
import { CognitoUserManager } from '../src/cognito-user-manager';
import type { TabBrowser } from '../src/tab-browser';
import { FakeLocks } from './fake-locks';
import { MemoryStorage } from './memory-storage';
import { settings } from './settings';

let browsers = 0;

/** Opens a fake browser. Its tabs share locks, channels and `sharedStorage`; each has its own `storage`. */
export function openBrowser() {
  const locks = new FakeLocks();
  const sharedStorage = new MemoryStorage();
  const browser = (browsers += 1);

  /** Opens a tab; `storage` is that of a restored or duplicated tab. */
  function openTab(storage = new MemoryStorage()) {
    const tab: TabBrowser = {
      locks,
      storage,
      sharedStorage,
      openChannel: (name) => new BroadcastChannel(`${browser} ${name}`),
    };
    const manager = new CognitoUserManager(settings, tab);
    onTestFinished(() => manager.close());
    return { ...tab, storage, manager };
  }

  return { locks, openTab };
}
