/** Splits a query at `&`, and at `;` as API Gateway does (row AG-RT-10). */
export function splitQuery(query: string): string[] {
  return query.split(/[&;]/).filter((part) => part !== '');
}

/** Returns the values by decoded name, in order. */
export function queryParameters(query: string): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const part of splitQuery(query)) {
    const [name = '', value = ''] = splitOnce(part).map(decode);
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return values;
}

/** Splits `name=value` without decoding it. */
export function splitOnce(part: string): [name: string, value: string] {
  const mark = part.indexOf('=');
  return mark < 0 ? [part, ''] : [part.slice(0, mark), part.slice(mark + 1)];
}

/** Decodes a name or value; an invalid one stays as it is. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
