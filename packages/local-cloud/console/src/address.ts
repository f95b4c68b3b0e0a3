import { useMemo, useSyncExternalStore } from 'react';
import { type Filters, FILTERS } from '../../src/console/filters';

/** The selection in the address of the page. */
interface Address {
  /** Id of the selected request. */
  readonly selected: string | undefined;
  /** Id of the request that the selected one is compared with. */
  readonly pinned: string | undefined;
  readonly filters: Filters;
}

const CHANGED = 'addresschange';

function subscribe(onChange: () => void): () => void {
  const names = ['hashchange', 'popstate', CHANGED];
  for (const name of names) addEventListener(name, onChange);
  return () => names.forEach((name) => removeEventListener(name, onChange));
}

/** Returns the address of the page; the component renders again when it changes. */
export function useAddress(): Address {
  const href = useSyncExternalStore(subscribe, () => location.href);
  return useMemo(() => {
    const { hash, searchParams } = new URL(href);
    const filters = Object.fromEntries(FILTERS.map((name) => [name, searchParams.get(name) ?? '']));
    const selected = decodeURIComponent(hash.slice(1));
    return {
      // An id has a digit; others, such as `#requests`, are places on the page.
      selected: /\d/.test(selected) ? selected : undefined,
      pinned: searchParams.get('pinned') ?? undefined,
      filters: filters as Filters,
    };
  }, [href]);
}

/** Changes the query of the address; an empty value removes a name. */
export function setQuery(values: Partial<Filters> & { readonly pinned?: string }): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(values)) {
    if (value === '') query.delete(name);
    else query.set(name, value);
  }
  history.replaceState(null, '', `${location.pathname}${query.size > 0 ? `?${query}` : ''}${location.hash}`);
  dispatchEvent(new Event(CHANGED));
}

/** Selects a request, as its link does. */
export function select(id: string): void {
  location.hash = id;
}

/** Removes the selected request from the address. */
export function deselect(): void {
  history.pushState(null, '', `${location.pathname}${location.search}`);
  dispatchEvent(new Event(CHANGED));
}
