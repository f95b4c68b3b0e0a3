import type { ListedRequest } from './request-view';

/** Names of the filters, as in the query of the page's address. */
export const FILTERS = ['path', 'status', 'via', 'service', 'event', 'explanation', 'header'] as const;

/** By name; empty: not filtered. `status` is its first digit, `path` and `header` are parts of texts. */
export type Filters = Readonly<Record<(typeof FILTERS)[number], string>>;

/** Tells whether a request passes all filters. */
export function matches(request: ListedRequest, filters: Filters): boolean {
  const { method, path, status, via, services, events, explanationId, headers } = request;
  const { status: firstDigit, service, event, explanation } = filters;
  return (
    contains(`${method} ${path}`, filters.path) &&
    String(status).startsWith(firstDigit) &&
    (filters.via === '' || via === filters.via) &&
    (service === '' || services.includes(service)) &&
    (event === '' || events.includes(event)) &&
    (explanation === '' || explanationId === explanation) &&
    (filters.header === '' || headers.some((header) => contains(header, filters.header)))
  );
}

const contains = (text: string, part: string): boolean => text.toLowerCase().includes(part.toLowerCase());

/** Returns the values that a filter can have for these requests, sorted, with the selected one. */
export function choices(
  requests: readonly ListedRequest[],
  selected: string,
  valuesOf: (request: ListedRequest) => readonly string[],
): string[] {
  return [...new Set([selected, ...requests.flatMap(valuesOf)])].filter((value) => value !== '').sort();
}
