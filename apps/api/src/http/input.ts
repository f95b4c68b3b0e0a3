import * as z from 'zod';
import { en } from 'zod/locales';

const { localeError } = en();

/**
 * Parses what a caller sends by a schema of the wire contract.
 *
 * @throws what `refuse` makes of the list of faults: where each is and what is allowed, never the value given
 */
export function parseInput<Schema extends z.core.$ZodType>(
  schema: Schema,
  value: unknown,
  refuse: (faults: readonly InputFault[]) => Error,
): z.output<Schema> {
  const result = z.safeParse(schema, value, { error: localeError });
  if (result.success) return result.data;
  throw refuse(result.error.issues.flatMap(faultsOf));
}

/** One thing that is wrong with an input. */
export interface InputFault {
  /** Where: a name, or names joined by dots; empty for the whole. */
  readonly place: string;
  /** What is allowed. */
  readonly message: string;
}

function faultsOf(issue: z.core.$ZodIssue): readonly InputFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ place: shown([...issue.path, key]), message: 'is not known' }));
  }
  return [{ place: shown(issue.path), message: issue.message }];
}

/** A name is given back only so far: it may be as long as a URL. */
function shown(path: readonly PropertyKey[]): string {
  const place = path.map(String).join('.');
  return place.length > 50 ? `${place.slice(0, 50)}…` : place;
}
