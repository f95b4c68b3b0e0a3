const RELOADED_AT = 'chunk-reloaded-at';

/**
 * Loads a part of the app that the first load leaves out.
 *
 * A tab may outlive the deployment it came from, and ask for a file that is gone: then the page is loaded again, once.
 * If that does not help, or there is no network to load from, the error is thrown.
 */
export async function loadChunk<Module>(
  load: () => Promise<Module>,
  reload = () => window.location.reload(),
): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    const sinceReload = Date.now() - Number(sessionStorage.getItem(RELOADED_AT));
    if (sinceReload < 60_000 || !navigator.onLine) throw error;
    sessionStorage.setItem(RELOADED_AT, String(Date.now()));
    reload();
    return new Promise(() => {}); // a page that is being loaded again shows nothing more
  }
}
