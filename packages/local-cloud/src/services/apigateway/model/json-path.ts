const JSON_PATH = /^\$(?:\.[\w-]+|\['[^']*'\]|\["[^"]*"\]|\[\d+\])*$/;

/** Returns the names and indexes of a JSONPath such as `$.a['b'][0]`; `undefined`: it has other steps. */
export function readJsonPath(text: string): string[] | undefined {
  if (!JSON_PATH.test(text)) return undefined;
  const steps = text.slice(1).matchAll(/\.([\w-]+)|\['([^']*)'\]|\["([^"]*)"\]|\[(\d+)\]/g);
  return [...steps].map(([, dotted, single, double, index]) => dotted ?? single ?? double ?? index ?? '');
}

/** Returns the part of a JSON value at the steps of a JSONPath; `undefined`: there is none. */
export function valueAt(value: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>(
    (at, step) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, step)
        ? (at as Readonly<Record<string, unknown>>)[step]
        : undefined,
    value,
  );
}
