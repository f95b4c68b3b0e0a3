import { z } from 'zod';

/** Which headers, cookies or query strings a policy takes. Names are in lower case. */
export interface NameSelection {
  readonly kind: 'none' | 'all' | 'only' | 'allExcept';
  readonly names: readonly string[];
  /** `CloudFront-*` headers that are added, in lower case. */
  readonly cloudFrontHeaders?: readonly string[];
}

/** Nothing is taken. */
export const NONE: NameSelection = { kind: 'none', names: [] };

const KINDS: Readonly<Record<string, NameSelection['kind']>> = {
  none: 'none',
  all: 'all',
  allViewer: 'all',
  whitelist: 'only',
  allExcept: 'allExcept',
};

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
      const names = ((config[namesKey] as string[] | undefined) ?? []).map((name) => name.toLowerCase());
      if (behavior === 'allViewerAndWhitelistCloudFront')
        return { kind: 'all', names: [], cloudFrontHeaders: names };
      return { kind: KINDS[behavior] ?? 'none', names };
    });
}

/** Whether the selection takes the name. */
export function takes(selection: NameSelection, name: string): boolean {
  const listed = selection.names.includes(name.toLowerCase());
  switch (selection.kind) {
    case 'none':
      return false;
    case 'all':
      return true;
    case 'only':
      return listed;
    case 'allExcept':
      return !listed;
  }
}
