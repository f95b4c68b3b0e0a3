import { z } from 'zod';
import { matchesWildcard } from './path-pattern';

/** The headers, cookies or query strings that a policy selects. Names of headers are in lower case. */
export interface NameSelection {
  readonly kind: 'none' | 'all' | 'only' | 'allExcept';
  readonly names: readonly string[];
  /** `CloudFront-*` headers that are added, in lower case. */
  readonly cloudFrontHeaders?: readonly string[];
}

export const NONE: NameSelection = { kind: 'none', names: [] };
export const ALL: NameSelection = { kind: 'all', names: [] };

const KINDS = {
  none: 'none',
  all: 'all',
  allViewer: 'all',
  allViewerAndWhitelistCloudFront: 'all',
  whitelist: 'only',
  allExcept: 'allExcept',
} as const;

/** Selects headers by name. Headers that CloudFront adds are listed apart from the viewer's. */
export function onlyHeaders(names: readonly string[]): NameSelection {
  const lowerCase = names.map((name) => name.toLowerCase());
  return {
    kind: 'only',
    names: lowerCase.filter((name) => !name.startsWith('cloudfront-')),
    cloudFrontHeaders: lowerCase.filter((name) => name.startsWith('cloudfront-')),
  };
}

/** Schema of a selection in a template, e.g. of `HeadersConfig`: `{HeaderBehavior, Headers}`. */
export function nameSelection(behaviorKey: string, namesKey: string) {
  return z
    .strictObject({
      [behaviorKey]: z.enum(Object.keys(KINDS)),
      [namesKey]: z.array(z.string()).optional(),
    })
    .transform((config): NameSelection => {
      const behavior = String(config[behaviorKey]);
      const kind = KINDS[behavior as keyof typeof KINDS];
      const names = (config[namesKey] as string[] | undefined) ?? [];
      if (namesKey !== 'Headers') return { kind, names };
      const selected = onlyHeaders(names);
      if (behavior === 'allViewerAndWhitelistCloudFront')
        return { ...ALL, cloudFrontHeaders: selected.cloudFrontHeaders ?? [] };
      return { ...selected, kind };
    });
}

/**
 * Tests whether a selection contains a name. Names of cookies and query strings are case-sensitive, and `*` and `?` in the
 * name of a cookie are wildcards.
 *
 * @param name of a header: in lower case
 */
export function selects(selection: NameSelection, name: string): boolean {
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
  return names.some((listed) => listed === name || (/[*?]/.test(listed) && matchesWildcard(listed, name)));
}

/** Returns the cookies of a `Cookie` header that one of the selections contains. */
export function selectCookies(selections: readonly NameSelection[], header: string | undefined): string {
  return (header ?? '')
    .split(';')
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie !== '' && selections.some((selection) => selects(selection, nameOf(cookie))))
    .join('; ');
}

/** Returns the parts of a query that one of the selections contains, in their order and encoding (row CF-REQ-10). */
export function selectQuery(selections: readonly NameSelection[], query: string): string {
  if (selections.some(({ kind }) => kind === 'all')) return query;
  return query
    .split('&')
    .filter((part) => selections.some((selection) => selects(selection, nameOf(part))))
    .join('&');
}

function nameOf(pair: string): string {
  return pair.split('=', 1)[0] ?? '';
}
