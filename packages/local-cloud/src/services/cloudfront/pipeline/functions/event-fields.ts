import { z } from 'zod';

interface FieldValue {
  value: string;
  /** Of a cookie in a response, e.g. `Secure; Path=/`. */
  attributes?: string | undefined;
}

/** A header, cookie or query string parameter as functions see it (row CFF-EV-02). */
interface Field extends FieldValue {
  /** All values of a repeated name. */
  multiValue?: FieldValue[] | undefined;
}

export type Fields = Record<string, Field>;

const one = { value: z.string(), attributes: z.string().optional() };

export const FieldsSchema = z.record(
  z.string(),
  z.object({ ...one, multiValue: z.array(z.object(one)).optional() }),
);

/** Merges repeated names: the first value, and the list of all values (row CFF-EV-02). */
export function toFields(
  entries: Iterable<readonly [name: string, value: string, attributes?: string]>,
): Fields {
  const fields = Object.create(null) as Fields;
  for (const [name, value, attributes] of entries) {
    const entry = attributes === undefined ? { value } : { value, attributes };
    const field = fields[name];
    if (field) (field.multiValue ??= [withoutList(field)]).push(entry);
    else fields[name] = entry;
  }
  return fields;
}

function withoutList({ value, attributes }: Field): FieldValue {
  return attributes === undefined ? { value } : { value, attributes };
}

/**
 * Returns the values of a returned field: those of `multiValue` when the function changed it, else `value` in place of
 * the first (row CFF-EV-02).
 */
export function valuesOf(before: Field | undefined, after: Field): FieldValue[] {
  const { multiValue } = after;
  if (!multiValue) return [after];
  if (JSON.stringify(multiValue) !== JSON.stringify(before?.multiValue)) return multiValue;
  return [after, ...multiValue.slice(1)];
}

export function isUnchanged(before: Fields, returned: unknown): boolean {
  return JSON.stringify(before) === JSON.stringify(returned);
}

/** Splits a query or a `Cookie` header into names and values; the value follows the first `=`. */
export function* pairs(text: string, separator: string): Generator<[name: string, value: string]> {
  for (const part of text.split(separator)) {
    const pair = part.trim();
    if (pair === '') continue;
    const mark = pair.indexOf('=');
    yield mark < 0 ? [pair, ''] : [pair.slice(0, mark), pair.slice(mark + 1)];
  }
}

/** Converts the name of a header to title case, as CloudFront sends it (row CFF-EV-01). */
export function titleCase(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
}
