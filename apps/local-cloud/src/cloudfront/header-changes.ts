import type { HeaderList } from '../http/header-list';
import type { HeaderChange } from '../http/message';

/** Headers whose values are secrets of a person; a trace names them and no more. */
const SECRET = new Set([
  'authorization',
  'cookie',
  'proxy-authorization',
  'set-cookie',
  'x-amz-security-token',
]);

/**
 * What was set and removed between two states of a message's headers, for a trace. Names compare without case; values
 * of secrets are left out.
 *
 * @param by what did it, e.g. `function spa-fallback`
 */
export function headerChanges(
  on: HeaderChange['on'],
  before: HeaderList,
  after: HeaderList,
  by: string,
): HeaderChange[] {
  const names = new Map([...before, ...after].map(([name]) => [name.toLowerCase(), name]));
  return [...names].flatMap(([lowerCaseName, name]): HeaderChange[] => {
    const values = after.getAll(name);
    if (values.length === 0) return [{ on, op: 'removed', name, by }];
    if (before.getAll(name).join('\n') === values.join('\n')) return [];
    return SECRET.has(lowerCaseName)
      ? [{ on, op: 'set', name, by }]
      : values.map((value) => ({ on, op: 'set', name, value, by }));
  });
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
