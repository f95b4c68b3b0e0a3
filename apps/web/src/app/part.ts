import { useEffect, useState } from 'react';
import { loadChunk } from '../shared/load-chunk';

/** A part of the app in a file of its own, which is loaded when it is needed, or ahead of that. */
export interface Part<Module> {
  load(): Promise<Module>;
  /** The part, once it is loaded. */
  readonly loaded: Module | undefined;
}

/** Makes a part of what `importIt` imports; it is loaded once, and again if that did not work. */
export function part<Module>(importIt: () => Promise<Module>): Part<Module> {
  let loading: Promise<Module> | undefined;
  let loaded: Module | undefined;

  async function load(): Promise<Module> {
    try {
      return (loaded = await loadChunk(importIt));
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
 * The part if it is loaded, else nothing until it is. One that is loaded already is there at once: React's own `lazy`
 * shows its fallback in between, and keeps it for 300 ms.
 *
 * @throws in rendering, what loading it fails with
 */
export function usePart<Module>(wanted: Part<Module>): Module | undefined {
  const [failure, setFailure] = useState<{ error: unknown }>();
  const [, setLoaded] = useState(wanted.loaded);
  useEffect(() => {
    if (wanted.loaded) return;
    wanted.load().then(
      (module) => setLoaded(() => module),
      (error: unknown) => setFailure({ error }),
    );
  }, [wanted]);
  if (failure) throw failure.error;
  return wanted.loaded;
}
