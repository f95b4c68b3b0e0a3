import * as z from 'zod';

/**
 * Parses input from a caller with a schema of the API contract.
 *
 * @param place prefix of property names in the message, such as `Query parameter `
 * @throws {InputError} saying what is wrong; the message never contains a value of the input
 */
export function parseInput<Schema extends z.core.$ZodType>(
  schema: Schema,
  value: unknown,
  InputError: new (message: string) => Error,
  place = '',
): z.output<Schema> {
  const result = z.safeParse(schema, value, { error: messageOf });
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `${place}${nameOf([...issue.path, key])} is unknown`)
      : [`${place}${nameOf(issue.path)} ${issue.message}`],
  );
  throw new InputError(problems.join('; '));
}

function messageOf(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be of type ${issue.expected}`;
    case 'too_small':
      return `must be at least ${amountOf(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `must be at most ${amountOf(issue.maximum, issue.origin)}`;
    case 'invalid_format':
      return `must match ${issue.pattern}`;
    default:
      return 'is not valid';
  }
}

function amountOf(amount: unknown, origin: unknown): string {
  if (origin !== 'string') return String(amount);
  return amount === 1 ? '1 character' : `${amount} characters`;
}

function nameOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'The body';
  const name = path.map(String).join('.');
  // Callers can send very long names.
  return `"${name.length > 50 ? `${name.slice(0, 50)}…` : name}"`;
}
