import type { HeaderList } from '../../../../http/header-list';
import type { HeaderChange } from '../../../../trace/trace';

/** Headers whose values are secrets: a trace contains only their names. */
const SECRET = new Set([
  'authorization',
  'cookie',
  'proxy-authorization',
  'set-cookie',
  'x-amz-security-token',
]);

/** Lists the headers that a setting, e.g. `function spa-fallback`, changed in a message; for a trace, without secrets. */
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

/** Leaves out the query of a redirect, which can contain a code or a token. */
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
