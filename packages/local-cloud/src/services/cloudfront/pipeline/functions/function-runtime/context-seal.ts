/** Whether a context is still as it was sealed. */
export type IsIntact = () => boolean;

/**
 * What makes a context fit for more than one call: what its built-ins are, no call can change for the next. To be made
 * before anything is taken away, and called with what code can reach besides globals. Runs inside a function's context,
 * from its own source text: nothing outside the braces may be used.
 *
 * All is frozen but the prototypes that code shadows on objects of its own, e.g. by `error.name = …`, which a frozen
 * prototype would forbid; those are compared after a call.
 */
export function makeSeal(): (...others: unknown[]) => IsIntact {
  const { freeze, getOwnPropertyDescriptors, getPrototypeOf } = Object;
  const { ownKeys } = Reflect;
  const scope = globalThis as unknown as Record<PropertyKey, unknown>;
  const seen = new Set<unknown>([scope]);
  const open: Record<PropertyKey, unknown>[] = [Object.prototype as never];
  for (const name of Object.getOwnPropertyNames(scope)) {
    const { prototype } = (scope[name] ?? {}) as { prototype?: unknown };
    if (prototype instanceof Error || prototype === Error.prototype) open.push(prototype as never);
  }
  for (const object of open) seen.add(object);
  const harden = (value: unknown): void => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value))
      return;
    seen.add(value);
    freeze(value);
    hardenParts(value);
  };
  const hardenParts = (value: object): void => {
    harden(getPrototypeOf(value));
    const descriptors = getOwnPropertyDescriptors(value) as Record<PropertyKey, PropertyDescriptor>;
    for (const key of ownKeys(descriptors)) {
      const { value: part, get, set } = descriptors[key] as PropertyDescriptor;
      [part, get, set].forEach(harden);
    }
  };
  const stateOf = (object: Record<PropertyKey, unknown>) => ({
    object,
    prototype: getPrototypeOf(object) as unknown,
    entries: ownKeys(object).map((key) => ({ key, value: object[key] })),
  });
  return (...others) => {
    open.forEach(hardenParts);
    for (const key of ownKeys(scope)) harden(scope[key]);
    others.forEach(harden);
    const states = open.map(stateOf);
    return () => {
      for (let i = 0; i < states.length; i++) {
        const { object, prototype, entries } = states[i] as (typeof states)[number];
        if (getPrototypeOf(object) !== prototype || ownKeys(object).length !== entries.length) return false;
        for (let j = 0; j < entries.length; j++) {
          const { key, value } = entries[j] as (typeof entries)[number];
          if (object[key] !== value) return false;
        }
      }
      return true;
    };
  };
}
