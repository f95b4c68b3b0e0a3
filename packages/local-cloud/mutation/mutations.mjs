/**
 * A change of a property of a template.
 *
 * @typedef {{ logicalId: string, type: string, property: string, change: string, apply: (template: any) => void }} Mutation
 */

/**
 * Creates two mutations of each interpreted property: another value, and no value.
 *
 * @param {any} template
 * @param {{ resources: readonly { logicalId: string, type: string, properties: readonly { property: string, treatment: string }[] }[] }} inspection
 *   output of `local-cloud inspect --json`
 * @returns {Mutation[][]} by property
 */
export function mutationsOf(template, inspection) {
  return inspection.resources.flatMap(({ logicalId, type, properties }) =>
    properties
      .filter(({ treatment }) => treatment === 'interpreted')
      .map(({ property }) => {
        const keys = pathOf(template.Resources[logicalId].Properties, property);
        const mutation = (change, edited) => ({
          logicalId,
          type,
          property,
          change,
          apply: (copy) => edit(copy.Resources[logicalId].Properties, keys, edited),
        });
        const value = keys.reduce((at, key) => at?.[key], template.Resources[logicalId].Properties);
        const changed = another(value);
        return [
          ...(changed === undefined ? [] : [mutation(`${short(value)} → ${short(changed)}`, changed)]),
          mutation('removed', undefined),
        ];
      }),
  );
}

/** Returns the keys that lead to a property in the template; stops at an intrinsic function, which is changed as a whole. */
function pathOf(properties, property) {
  const keys = [];
  let at = properties;
  for (const key of property.match(/[^.[\]]+/g) ?? []) {
    const next = Array.isArray(at) ? Number(key) : key;
    if (typeof at !== 'object' || at === null || !(next in at)) break;
    keys.push(next);
    at = at[next];
  }
  return keys;
}

function another(value) {
  if (typeof value === 'boolean') return !value;
  if (value === 'true' || value === 'false') return value === 'true' ? 'false' : 'true';
  if (typeof value === 'number') return value * 2 + 1;
  if (typeof value === 'string') return /^\d+$/.test(value) ? String(Number(value) * 2 + 1) : `${value}x`;
  if (Array.isArray(value) && value.length > 1) return value.slice(0, -1);
  return undefined;
}

function edit(properties, keys, value) {
  const last = keys.at(-1);
  const parent = keys.slice(0, -1).reduce((at, key) => at[key], properties);
  if (value !== undefined) parent[last] = value;
  else if (Array.isArray(parent)) parent.splice(last, 1);
  else Reflect.deleteProperty(parent, last);
}

const short = (value) => {
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
};
