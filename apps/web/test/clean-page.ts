import { cleanup } from '@testing-library/react';
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
  vi.stubGlobal('BroadcastChannel', TestChannel);
  // Missing in jsdom. An error that a test does not expect fails it.
  vi.stubGlobal('reportError', (error: unknown) => void Promise.reject(error as Error));

  // Missing in jsdom. Every secure page has them.
  Object.defineProperty(navigator, 'locks', { value: new FakeLocks(), configurable: true });
  Object.defineProperty(window, 'isSecureContext', { value: true, configurable: true });
});

afterEach(() => {
  cleanup();
  TestChannel.open.forEach((channel) => channel.close());
  TestChannel.open.clear();
  sessionStorage.clear();
  localStorage.clear();
  window.history.replaceState(null, '', '/');
});
