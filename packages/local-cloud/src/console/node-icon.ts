import type { MapNode } from './topology-map';

const PATHS: Readonly<Record<MapNode['kind'], string>> = {
  browser: 'M3 5h18v14H3zM3 9h18M6 7h.01M8.5 7h.01',
  distribution: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18',
  bucket: 'M4 6c0-1.7 16-1.7 16 0l-2 13c-.2 1.6-11.8 1.6-12 0ZM4 6c0 1.7 16 1.7 16 0',
  api: 'M4 21V4l10-1v19zM14 5h5v16H3M11 12h.01',
  authorizer: 'M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6zM9 12l2 2 4-4',
  'load-balancer': 'M3 12h6M9 12l6-6h6M9 12l6 6h6M9 12h12',
  container: 'M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9',
  table: 'M4 5h16v14H4zM4 10h16M4 14.5h16M10 10v9',
  elsewhere: 'M7 18a4 4 0 0 1-.5-8 6 6 0 0 1 11.5 1.5A3.5 3.5 0 0 1 17.5 18ZM12 11v4M10.5 13.5 12 15l1.5-1.5',
  'user-pool': 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM5 20c.5-4 3.5-5.5 7-5.5s6.5 1.5 7 5.5',
};

/** Returns the icon of a node. */
export function nodeIcon(kind: MapNode['kind']): string {
  return `<svg class="icon" viewBox="0 0 24 24" width="18" height="18" aria-hidden="true"><path d="${PATHS[kind]}" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"/></svg>`;
}
