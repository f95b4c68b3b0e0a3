import { z } from 'zod';

/** A header, cookie or query string parameter as functions see it (row CFF-EV-02). */
export interface Field {
  value: string;
  /** Of a cookie in a response, e.g. `Secure; Path=/`. */
  attributes?: string | undefined;
  /** All values of a repeated name. */
  multiValue?: { value: string; attributes?: string | undefined }[] | undefined;
}

/** Fields by name. */
export type Fields = Record<string, Field>;

const one = { value: z.string(), attributes: z.string().optional() };

/** Schema of headers, cookies or query strings that a function returned. */
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

function withoutList({ value, attributes }: Field): { value: string; attributes?: string } {
  return attributes === undefined ? { value } : { value, attributes };
}

/**
 * Returns the values of a returned field: those of `multiValue` when the function changed it, else `value` in place of
 * the first (row CFF-EV-02).
 *
 * @param before the field as the function received it
 */
export function valuesOf(
  before: Field | undefined,
  after: Field,
): { value: string; attributes?: string | undefined }[] {
  const { multiValue } = after;
  if (!multiValue) return [after];
  if (JSON.stringify(multiValue) !== JSON.stringify(before?.multiValue)) return multiValue;
  return [after, ...multiValue.slice(1)];
}

/** Tells whether a function returned fields as it received them. */
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
