import { z } from 'zod';

/** Which headers, cookies or query strings a policy takes. Names of headers are in lower case. */
export interface NameSelection {
  readonly kind: 'none' | 'all' | 'only' | 'allExcept';
  readonly names: readonly string[];
  /** `CloudFront-*` headers that are added, in lower case. */
  readonly cloudFrontHeaders?: readonly string[];
}

/** Nothing is taken. */
export const NONE: NameSelection = { kind: 'none', names: [] };

/** Everything is taken. */
export const ALL: NameSelection = { kind: 'all', names: [] };

const KINDS: Readonly<Record<string, NameSelection['kind']>> = {
  none: 'none',
  all: 'all',
  allViewer: 'all',
  allViewerAndWhitelistCloudFront: 'all',
  whitelist: 'only',
  allExcept: 'allExcept',
};

/** Some headers by name; those that CloudFront makes itself are told apart from those of the viewer. */
export function onlyHeaders(names: readonly string[]): NameSelection {
  const lowerCase = names.map((name) => name.toLowerCase());
  return {
    kind: 'only',
    names: lowerCase.filter((name) => !name.startsWith('cloudfront-')),
    cloudFrontHeaders: lowerCase.filter((name) => name.startsWith('cloudfront-')),
  };
}

/** Schema of e.g. `HeadersConfig`: `{HeaderBehavior, Headers}`, as the template has it, to a {@link NameSelection}. */
export function nameSelection(behaviorKey: string, namesKey: string) {
  return z
    .strictObject({
      [behaviorKey]: z.enum([
        'none',
        'all',
        'allViewer',
        'whitelist',
        'allExcept',
        'allViewerAndWhitelistCloudFront',
      ]),
      [namesKey]: z.array(z.string()).optional(),
    })
    .transform((config): NameSelection => {
      const behavior = String(config[behaviorKey]);
      const kind = KINDS[behavior] ?? 'none';
      const names = (config[namesKey] as string[] | undefined) ?? [];
      if (namesKey !== 'Headers') return { kind, names };
      const selected = onlyHeaders(names);
      if (behavior === 'allViewerAndWhitelistCloudFront')
        return { ...ALL, cloudFrontHeaders: selected.cloudFrontHeaders ?? [] };
      return { ...selected, kind };
    });
}

/**
 * Whether the selection takes the name. Cookies and query strings are told apart by case, and a `*` or `?` in the
 * name of a cookie is a wildcard.
 *
 * @param name of a header: in lower case
 */
export function takes(selection: NameSelection, name: string): boolean {
  switch (selection.kind) {
    case 'none':
      return false;
    case 'all':
      return true;
    case 'only':
      return isListed(selection, name);
    case 'allExcept':
      return !isListed(selection, name);
  }
}

function isListed({ names }: NameSelection, name: string): boolean {
  return names.some((listed) => listed === name || (/[*?]/.test(listed) && wildcard(listed).test(name)));
}

function wildcard(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 's');
}

/** The cookies of a `Cookie` header that one of the selections takes. */
export function selectCookies(selections: readonly NameSelection[], header: string | undefined): string {
  return (header ?? '')
    .split(';')
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie !== '' && selections.some((selection) => takes(selection, nameOf(cookie))))
    .join('; ');
}

/** The parts of a query that one of the selections takes: order and encoding stay as they are (row CF-REQ-10). */
export function selectQuery(selections: readonly NameSelection[], query: string): string {
  if (selections.some(({ kind }) => kind === 'all')) return query;
  return query
    .split('&')
    .filter((part) => selections.some((selection) => takes(selection, nameOf(part))))
    .join('&');
}

function nameOf(pair: string): string {
  return pair.split('=', 1)[0] ?? '';
}
