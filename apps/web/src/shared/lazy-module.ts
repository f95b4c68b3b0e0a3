import { useEffect, useState } from 'react';

const RELOADED_AT = 'chunk-reloaded-at';

/**
 * Loads a chunk of the app.
 *
 * A tab can stay open longer than the deployment it was loaded from, so the chunk may no longer exist. Then this reloads
 * the page once. It throws the error when the reload did not help or the browser is offline.
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
    return new Promise(() => {}); // never resolves: the page is reloading
  }
}

/** A module in its own chunk, loaded on demand or ahead of time. */
export interface LazyModule<Module> {
  load(): Promise<Module>;
  /** The module, once it is loaded. */
  readonly loaded: Module | undefined;
}

/** Creates a lazy module. It is imported once; a failed import is repeated at the next `load()`. */
export function lazyModule<Module>(importModule: () => Promise<Module>): LazyModule<Module> {
  let loading: Promise<Module> | undefined;
  let loaded: Module | undefined;

  async function load(): Promise<Module> {
    try {
      return (loaded = await loadChunk(importModule));
    } catch (error) {
      loading = undefined;
      throw error;
    }
  }

  return {
    load: () => (loading ??= load()),
    get loaded() {
      return loaded;
    },
  };
}

/**
 * Returns the module, or `undefined` while it loads. A loaded module is available in the first render. React's own `lazy`
 * always shows its fallback first and keeps it for 300 ms.
 *
 * @throws the import error, while rendering
 */
export function useLazyModule<Module>(lazy: LazyModule<Module>): Module | undefined {
  const [failure, setFailure] = useState<{ error: unknown }>();
  const [, setLoaded] = useState(lazy.loaded);
  useEffect(() => {
    if (lazy.loaded) return;
    lazy.load().then(
      (module) => setLoaded(() => module),
      (error: unknown) => setFailure({ error }),
    );
  }, [lazy]);
  if (failure) throw failure.error;
  return lazy.loaded;
}
