import { isRecord } from '../document/value';
import { UnsupportedTemplateError } from '../errors';

/** Values of the identifiers of the loops around a place. */
type Bindings = ReadonlyMap<string, string>;

/** Returns the items of a collection, which is a list or the name of a list parameter. */
type Collection = (parameter: string) => readonly string[] | undefined;

const LOOP = 'Fn::ForEach::';

/**
 * Replaces the loops of a template (`Fn::ForEach`) by what they make.
 *
 * @param file where the template comes from, for messages only
 * @param collection returns the value of a list parameter
 * @throws {UnsupportedTemplateError} for a loop that CloudFormation rejects, or over values that exist in AWS only
 */
export function expandLoops(template: unknown, file: string, collection: Collection): unknown {
  const expand = (value: unknown, bindings: Bindings, path: string): unknown => {
    if (typeof value === 'string') return fill(value, bindings);
    if (Array.isArray(value)) return value.map((item, index) => expand(item, bindings, `${path}[${index}]`));
    if (!isRecord(value)) return value;
    const bound = typeof value['Ref'] === 'string' ? bindings.get(value['Ref']) : undefined;
    if (bound !== undefined) return bound;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
        const place = path === '' ? key : `${path}.${key}`;
        if (key.startsWith(LOOP)) return loop(item, bindings, place);
        const name = fill(key, bindings);
        const expanded = expand(item, bindings, place);
        return [[name, name === 'Ref' || name === 'Fn::GetAtt' ? withLiteralNames(expanded) : expanded]];
      }),
    );
  };
  const loop = (value: unknown, bindings: Bindings, path: string): [string, unknown][] => {
    const refuse = (detail: string): never => {
      throw new UnsupportedTemplateError(file, `${path}: ${detail}`);
    };
    const [identifier, list, body] = Array.isArray(value) ? (value as unknown[]) : [];
    if (typeof identifier !== 'string' || !isRecord(body))
      return refuse('a loop is a list of an identifier, a collection, and what to repeat.');
    const made = new Map<string, unknown>();
    for (const item of itemsOf(list, bindings, path) ??
      refuse('the collection is not a list that is known here.')) {
      const inner = new Map([...bindings, [identifier, item]]);
      for (const [key, content] of Object.entries(expand(body, inner, path) as object)) {
        if (made.has(key)) refuse(`makes ${key} twice. Use \${${identifier}} in the key.`);
        made.set(key, content);
      }
    }
    return [...made];
  };
  const itemsOf = (list: unknown, bindings: Bindings, path: string): readonly string[] | undefined => {
    const expanded = expand(list, bindings, path);
    if (isRecord(expanded) && typeof expanded['Ref'] === 'string') return collection(expanded['Ref']);
    if (!Array.isArray(expanded)) return undefined;
    const items = expanded.map((item: unknown) =>
      isRecord(item) && typeof item['Ref'] === 'string' ? collection(item['Ref'])?.join(',') : item,
    );
    return items.every((item) => typeof item === 'string' || typeof item === 'number')
      ? items.map(String)
      : undefined;
  };
  return expand(template, new Map(), '');
}

/** Replaces `${Identifier}`, and `&{Identifier}` by the letters and digits of the value. */
function fill(text: string, bindings: Bindings): string {
  return text.replace(/([$&])\{(\w+)\}/g, (match, kind: string, name: string) => {
    const value = bindings.get(name);
    return (kind === '&' ? value?.replaceAll(/[^A-Za-z0-9]/g, '') : value) ?? match;
  });
}

/** Replaces `Fn::Sub` without variables by its text: with the language extensions, functions may make names. */
function withLiteralNames(names: unknown): unknown {
  if (Array.isArray(names)) return names.map(withLiteralNames);
  const text = isRecord(names) ? names['Fn::Sub'] : undefined;
  return typeof text === 'string' && !text.includes('${') ? text : names;
}
