import * as z from 'zod';
import { en } from 'zod/locales';
import { BadQueryError } from '../errors';

const { localeError } = en();

/**
 * Parses a query by a schema of the wire contract.
 *
 * @throws {BadQueryError} naming every faulty parameter and what is allowed, never the value given
 */
export function parseQuery<Schema extends z.core.$ZodType>(schema: Schema, query: unknown): z.output<Schema> {
  const result = z.safeParse(schema, query, { error: localeError });
  if (!result.success) {
    const faults = result.error.issues.map(
      ({ path, message }) => `Query parameter "${path.join('.')}": ${message}`,
    );
    throw new BadQueryError(faults.join('; '));
  }
  return result.data;
}
