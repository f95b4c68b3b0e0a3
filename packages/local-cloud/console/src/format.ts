import type { RequestSummary } from '../../src/console/request-view';

/** Formats a duration: `250 ms`, `1.2 ms`, `3.4 s`. */
export function formatMs(ms: number): string {
  if (ms >= 10_000) return `${Math.round(ms / 1_000)} s`;
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${ms >= 100 ? Math.round(ms) : ms} ms`;
}

/** Returns the time of day of an ISO 8601 date. */
export function formatTime(iso: string): string {
  return new Date(iso).toLocaleTimeString(undefined, { hour12: false });
}

export const ENTRY_POINTS: Readonly<Record<string, string>> = {
  distribution: 'site',
  'execute-api': 'API Gateway (direct)',
  'function-url': 'function URL',
  'invoke-api': 'Invoke API',
  'sign-in': 'sign-in',
};

/** Returns `2` to `5`, which selects the color. */
export const statusClass = (status: number): string => String(status).slice(0, 1);

/** Returns the path, with the names of the query parameters if there are any. */
export function pathWithNames({ path, queryNames }: Pick<RequestSummary, 'path' | 'queryNames'>): string {
  return queryNames.length === 0 ? path : `${path}?${queryNames.map((name) => `${name}=…`).join('&')}`;
}
