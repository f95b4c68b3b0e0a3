import { afterEach, beforeEach, vi } from 'vitest';
import { FakeLocks } from './fake-locks';

/** Closed after each test, so that tabs of one test do not affect the next one. */
class TestChannel extends BroadcastChannel {
  static readonly open = new Set<TestChannel>();

  constructor(name: string) {
    super(name);
    TestChannel.open.add(this);
  }
}

beforeEach(() => {
  vi.stubGlobal('fetch', (input: unknown) => {
    throw new Error(`A unit test called fetch(${String(input)}). Pass a fake instead.`);
  });
  vi.stubGlobal('BroadcastChannel', TestChannel);
  // Missing in happy-dom. Every secure page has them.
  Object.defineProperty(navigator, 'locks', { value: new FakeLocks(), configurable: true });
  Object.defineProperty(window, 'isSecureContext', { value: true, configurable: true });
});

afterEach(() => {
  TestChannel.open.forEach((channel) => channel.close());
  TestChannel.open.clear();
  sessionStorage.clear();
  localStorage.clear();
  window.history.replaceState(null, '', '/');
});
