import { expect, test, vi } from 'vitest';
import { loadChunk } from './load-chunk';

const gone = () => Promise.reject(new TypeError('Failed to fetch dynamically imported module'));

test('a chunk that is there is answered', async () => {
  await expect(loadChunk(async () => 'module')).resolves.toBe('module');
});

test('a chunk that is gone loads the page again, once (P8)', async () => {
  const reload = vi.fn();
  void loadChunk(gone, reload);
  await vi.waitFor(() => expect(reload).toHaveBeenCalledTimes(1));

  await expect(loadChunk(gone, reload)).rejects.toThrow('Failed to fetch');
  expect(reload).toHaveBeenCalledTimes(1);
});

test('without a network the page stays', async () => {
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  const reload = vi.fn();
  await expect(loadChunk(gone, reload)).rejects.toThrow('Failed to fetch');
  expect(reload).not.toHaveBeenCalled();
});
