import { expect, test, vi } from 'vitest';
import { loadChunk } from './lazy-module';

const missingChunk = () => Promise.reject(new TypeError('Failed to fetch dynamically imported module'));

test('loadChunk returns the module', async () => {
  await expect(loadChunk(async () => 'module')).resolves.toBe('module');
});

test('loadChunk reloads the page once when the chunk no longer exists', async () => {
  const reload = vi.fn();
  void loadChunk(missingChunk, reload);
  await vi.waitFor(() => expect(reload).toHaveBeenCalledTimes(1));

  await expect(loadChunk(missingChunk, reload)).rejects.toThrow('Failed to fetch');
  expect(reload).toHaveBeenCalledTimes(1);
});

test('loadChunk does not reload the page when the browser is offline', async () => {
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  const reload = vi.fn();
  await expect(loadChunk(missingChunk, reload)).rejects.toThrow('Failed to fetch');
  expect(reload).not.toHaveBeenCalled();
});
