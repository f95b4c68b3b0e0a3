import { z } from 'zod';

/** A header, cookie or query string parameter as functions see it (row CFF-EV-02). */
export interface Field {
  value: string;
  /** Of a cookie in a response, e.g. `Secure; Path=/`. */
  attributes?: string | undefined;
  /** All values when the name stands more than once. */
  multiValue?: { value: string; attributes?: string | undefined }[] | undefined;
}

/** Fields by name. */
export type Fields = Record<string, Field>;

const one = { value: z.string(), attributes: z.string().optional() };

/** What a function returns for headers, cookies or query strings. */
export const FieldsSchema = z.record(
  z.string(),
  z.object({ ...one, multiValue: z.array(z.object(one)).optional() }),
);

/** Collapses repeated names to the first value and the list of all (row CFF-EV-02). */
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
 * The values that a returned field stands for: those of `multiValue` when the function changed it, else `value` in the
 * place of the first (row CFF-EV-02).
 *
 * @param before the field as the function was given it
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

/** Whether a function returned fields exactly as it was given them. */
export function isLeftAlone(before: Fields, returned: unknown): boolean {
  return JSON.stringify(before) === JSON.stringify(returned);
}

/** Names and values of a query or a `Cookie` header; a value is what follows the first `=`. */
export function* pairs(text: string, separator: string): Generator<[name: string, value: string]> {
  for (const part of text.split(separator)) {
    const pair = part.trim();
    if (pair === '') continue;
    const mark = pair.indexOf('=');
    yield mark < 0 ? [pair, ''] : [pair.slice(0, mark), pair.slice(mark + 1)];
  }
}

/** CloudFront title-cases the names that a function hands on (row CFF-EV-01). */
export function titleCase(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
}
