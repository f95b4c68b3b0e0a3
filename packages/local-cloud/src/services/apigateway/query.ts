/** The query with `;` as what it is here, a separator like `&` (row AG-RT-10). */
export function splitQuery(query: string): string[] {
  return query.split(/[&;]/).filter((part) => part !== '');
}

/** Values by decoded name, in order. */
export function queryParameters(query: string): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const part of splitQuery(query)) {
    const [name = '', value = ''] = splitOnce(part).map(decode);
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return values;
}

/** Name and value of `name=value`, percent-encoding untouched. */
export function splitOnce(part: string): [name: string, value: string] {
  const mark = part.indexOf('=');
  return mark < 0 ? [part, ''] : [part.slice(0, mark), part.slice(mark + 1)];
}

/** What cannot be decoded stays as it is. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
