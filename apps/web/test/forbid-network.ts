import { beforeEach, vi } from 'vitest';

beforeEach(() => {
  vi.stubGlobal('fetch', (input: unknown) => {
    throw new Error(`A unit test called fetch(${String(input)}). Pass a fake instead.`);
  });
});
