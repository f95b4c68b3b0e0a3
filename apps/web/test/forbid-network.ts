import { beforeEach, vi } from 'vitest';

beforeEach(() => {
  vi.stubGlobal('fetch', (input: unknown) => {
    throw new Error(`A unit test reached for the network: ${String(input)}. Hand it a fake instead.`);
  });
});
