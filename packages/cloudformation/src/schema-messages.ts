import type { z } from 'zod';
import { MalformedTemplateError } from './errors';

/** Parse options for zod: messages in the words of YAML and JSON, for schemas without messages of their own. */
export const PLAIN_WORDS: z.core.ParseContext<z.core.$ZodIssue> = {
  // Compiling a schema takes longer than to read one template with it.
  jitless: true,
  error: (issue): string | undefined => {
    if (issue.code === 'unrecognized_keys') {
      return `does not take ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`;
    }
    if (issue.code === 'invalid_value') {
      const values = issue.values.map(String);
      const choice = [values.slice(0, -1).join(', '), values.at(-1)].filter(Boolean).join(' or ');
      return `${issue.input === undefined ? 'is missing:' : 'must be'} ${choice}`;
    }
    if (issue.input === undefined) return 'is missing';
    if (issue.code !== 'invalid_type') return undefined;
    return `must be ${NOUNS[issue.expected] ?? issue.expected}, and is ${kindOf(issue.input)}`;
  },
};

const NOUNS: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'a mapping',
  record: 'a mapping',
  string: 'text',
};

function kindOf(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? 'text' : `the ${typeof value} ${String(value)}`;
}

/**
 * Parses the content of a file with a schema.
 *
 * @param kind what the file should be, e.g. `CloudFormation template`
 * @throws {MalformedTemplateError} with every problem and its place
 */
export function parseContent<Schema extends z.ZodType>(
  schema: Schema,
  content: unknown,
  file: string,
  kind: string,
): z.output<Schema> {
  const result = schema.safeParse(content, PLAIN_WORDS);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    (issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`,
  );
  throw new MalformedTemplateError(file, `not a ${kind}: ${problems.join('; ')}`);
}
