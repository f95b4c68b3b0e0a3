import { cleanup } from '@testing-library/react';
import { afterEach, beforeEach, vi } from 'vitest';
import { FakeLocks } from './fake-locks';

/** Closed after each test: tabs of one test are none of the next one's business. */
class TestChannel extends BroadcastChannel {
  static readonly open = new Set<TestChannel>();

  constructor(name: string) {
    super(name);
    TestChannel.open.add(this);
  }
}

beforeEach(() => {
  vi.stubGlobal('BroadcastChannel', TestChannel);
  // Missing in jsdom. What is reported, and not expected to be, fails the test.
  vi.stubGlobal('reportError', (error: unknown) => void Promise.reject(error as Error));

  // What jsdom does not have, and every page that is served safely does.
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
