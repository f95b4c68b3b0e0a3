import { expect, test, vi } from 'vitest';
import { reloadOnMissingChunk } from './reload-on-missing-chunk';

test('the page is reloaded once when a chunk no longer exists, and not while the browser is offline', () => {
  const reload = vi.fn();
  reloadOnMissingChunk(reload);
  const online = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  window.dispatchEvent(new Event('vite:preloadError'));
  expect(reload).not.toHaveBeenCalled();

  online.mockReturnValue(true);
  window.dispatchEvent(new Event('vite:preloadError'));
  window.dispatchEvent(new Event('vite:preloadError'));
  expect(reload).toHaveBeenCalledTimes(1);
});
