import type { HeaderList } from '../../../../http/header-list';
import type { HeaderChange } from '../../../../trace/trace';

/** Headers whose values are secrets of a person; a trace names them and no more. */
const SECRET = new Set([
  'authorization',
  'cookie',
  'proxy-authorization',
  'set-cookie',
  'x-amz-security-token',
]);

/**
 * What was set and removed between two states of a message's headers, for a trace. Names compare without case; what
 * may be a secret is left out.
 *
 * @param by what did it, e.g. `function spa-fallback`
 */
export function headerChanges(
  on: HeaderChange['on'],
  before: HeaderList,
  after: HeaderList,
  by: string,
): HeaderChange[] {
  const old = byLowerCaseName(before);
  const current = byLowerCaseName(after);
  const set = [...current].flatMap(([lowerCaseName, { name, values }]): HeaderChange[] => {
    if (sameList(old.get(lowerCaseName)?.values, values)) return [];
    return SECRET.has(lowerCaseName)
      ? [{ on, op: 'set', name, by }]
      : values.map((value) => ({ on, op: 'set', name, value: shown(lowerCaseName, value), by }));
  });
  const removed = [...old].flatMap(([lowerCaseName, { name }]): HeaderChange[] =>
    current.has(lowerCaseName) ? [] : [{ on, op: 'removed', name, by }],
  );
  return [...removed, ...set];
}

/** The query of a redirect may hold a code or a token. */
function shown(lowerCaseName: string, value: string): string {
  const mark = lowerCaseName === 'location' ? value.indexOf('?') : -1;
  return mark < 0 ? value : `${value.slice(0, mark)}?…`;
}

interface Header {
  readonly name: string;
  readonly values: string[];
}

function byLowerCaseName(headers: HeaderList): Map<string, Header> {
  const found = new Map<string, Header>();
  for (const [name, value] of headers) {
    const lowerCaseName = name.toLowerCase();
    const header = found.get(lowerCaseName);
    if (header) header.values.push(value);
    else found.set(lowerCaseName, { name, values: [value] });
  }
  return found;
}

function sameList(one: readonly string[] | undefined, other: readonly string[]): boolean {
  return one?.length === other.length && other.every((value, index) => one[index] === value);
}

/** E.g. `set X-Frame-Options and Server, removed X-Powered-By`; empty when nothing changed. */
export function inWords(changes: readonly HeaderChange[]): string {
  const named = (op: HeaderChange['op']): string[] => [
    ...new Set(changes.filter((change) => change.op === op).map(({ name }) => name)),
  ];
  return (['set', 'removed'] as const)
    .flatMap((op) => (named(op).length === 0 ? [] : [`${op} ${listed(named(op))}`]))
    .join(', ');
}

function listed(names: readonly string[]): string {
  const [last, ...others] = [...names].reverse();
  return others.length === 0 ? String(last) : `${others.reverse().join(', ')} and ${last}`;
}
