/**
 * One change of one property of a template.
 *
 * @typedef {{ logicalId: string, type: string, property: string, what: string, apply: (template: any) => void }} Mutation
 */

/**
 * Changes of every property that is interpreted, two of each: another value, and none.
 *
 * @param {any} template
 * @param {{ resources: readonly { logicalId: string, type: string, properties: readonly { property: string, treatment: string }[] }[] }} inspection
 *   what `local-cloud inspect --json` prints
 * @returns {Mutation[][]} per property
 */
export function mutationsOf(template, inspection) {
  return inspection.resources.flatMap(({ logicalId, type, properties }) =>
    properties
      .filter(({ treatment }) => treatment === 'interpreted')
      .map(({ property }) => {
        const keys = pathOf(template.Resources[logicalId].Properties, property);
        const describe = (what, change) => ({
          logicalId,
          type,
          property,
          what,
          apply: (copy) => edit(copy.Resources[logicalId].Properties, keys, change),
        });
        const value = keys.reduce((at, key) => at?.[key], template.Resources[logicalId].Properties);
        const changed = another(value);
        return [
          ...(changed === undefined ? [] : [describe(`${short(value)} → ${short(changed)}`, () => changed)]),
          describe('removed', () => undefined),
        ];
      }),
  );
}

/** As far into the template as the property can be followed: an intrinsic function on the way is changed as a whole. */
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

function edit(properties, keys, change) {
  const last = keys.at(-1);
  const parent = keys.slice(0, -1).reduce((at, key) => at[key], properties);
  const value = change();
  if (value !== undefined) parent[last] = value;
  else if (Array.isArray(parent)) parent.splice(last, 1);
  else Reflect.deleteProperty(parent, last);
}

const short = (value) => {
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
};
