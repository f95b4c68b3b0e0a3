import { useMemo, useSyncExternalStore } from 'react';

/** Names of the filters in the query of the address. */
const FILTERS = ['path', 'status', 'via'] as const;

export type Filters = Readonly<Record<(typeof FILTERS)[number], string>>;

/** What the address of the page selects. */
interface Address {
  /** Id of the selected request. */
  readonly selected: string | undefined;
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
    // An id has a digit; others, such as `#requests`, are places on the page.
    return { selected: /\d/.test(selected) ? selected : undefined, filters: filters as Filters };
  }, [href]);
}

/** Puts filters into the address, in place of those before. */
export function setFilters(filters: Filters): void {
  const query = new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== ''));
  history.replaceState(null, '', `${location.pathname}${query.size > 0 ? `?${query}` : ''}${location.hash}`);
  dispatchEvent(new Event(CHANGED));
}

/** Removes the selected request from the address. */
export function deselect(): void {
  history.pushState(null, '', `${location.pathname}${location.search}`);
  dispatchEvent(new Event(CHANGED));
}
