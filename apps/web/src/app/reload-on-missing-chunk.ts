const RELOADED_AT = 'chunk-reloaded-at';

/**
 * Reloads the page when a chunk cannot be loaded: a tab can stay open longer than the deployment it was loaded from.
 * Reloads at most once a minute, and not while the browser is offline. Then the error boundary shows the error.
 */
export function reloadOnMissingChunk(reload: () => void): void {
  window.addEventListener('vite:preloadError', () => {
    const sinceReload = Date.now() - Number(sessionStorage.getItem(RELOADED_AT));
    if (sinceReload < 60_000 || !navigator.onLine) return;
    sessionStorage.setItem(RELOADED_AT, String(Date.now()));
    reload();
  });
}
