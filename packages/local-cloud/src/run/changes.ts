import type { RunnableStack } from './sources';

/**
 * Describes the changes between two states of the stacks; `undefined` when they are equal.
 *
 * @returns e.g. `added Table; changed Method, Site; removed Logs`
 */
export function describeChanges(
  before: readonly RunnableStack[],
  after: readonly RunnableStack[],
): string | undefined {
  const parts = (['added', 'changed', 'removed'] as const).flatMap((kind) => {
    const names = changesOf(kind, entriesOf(before), entriesOf(after));
    return names.length === 0 ? [] : [`${kind} ${names.join(', ')}`];
  });
  return parts.length === 0 ? undefined : parts.join('; ');
}

function changesOf(
  kind: 'added' | 'changed' | 'removed',
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string[] {
  switch (kind) {
    case 'added':
      return [...after.keys()].filter((name) => !before.has(name));
    case 'removed':
      return [...before.keys()].filter((name) => !after.has(name));
    case 'changed':
      return [...after.keys()].filter((name) => before.has(name) && before.get(name) !== after.get(name));
  }
}

/** Serializes every resource and section for comparison. */
function entriesOf(stacks: readonly RunnableStack[]): Map<string, string> {
  const entries = new Map<string, string>();
  for (const { name: stackName, template, files, images } of stacks) {
    const name = (id: string): string => (stacks.length > 1 ? `${stackName}.${id}` : id);
    const { Resources, Conditions, Mappings, Outputs, Parameters } = template;
    for (const [id, resource] of Object.entries(Resources)) entries.set(name(id), JSON.stringify(resource));
    for (const [section, content] of Object.entries({ Conditions, Mappings, Outputs, Parameters })) {
      if (Object.keys(content).length > 0) entries.set(name(section), JSON.stringify(content));
    }
    const assets = [...files, ...images].map(([key, asset]) => [key, asset]);
    if (assets.length > 0) entries.set(name('assets'), JSON.stringify(assets));
  }
  return entries;
}
