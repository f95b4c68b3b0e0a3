import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { literalDomainPrefixProblem } from '@spa-on-aws/cloudformation';
import { InvalidOptionsError } from './errors';

type OptionValue =
  string | boolean | number | readonly string[] | Readonly<Record<string, string>> | undefined;

interface OptionSchema {
  /** The option of an `array` can be repeated. Its environment variable has names with commas between them. */
  readonly type: 'string' | 'boolean' | 'number' | 'array' | 'object';
  readonly description: string;
  /** Environment variable that sets the option when the command line does not. */
  readonly variable?: string;
  /** Value when neither sets it; not `default`, which Nx would apply before the environment variable. */
  readonly fallback?: OptionValue;
  readonly format?: keyof typeof FORMATS;
}

/** JSON schema of an executor's options, in `schemas/`. Nx shows it with `--help`. */
export interface ExecutorSchema {
  readonly description: string;
  readonly properties: Readonly<Record<string, OptionSchema>>;
}

/** Pattern and description of text options. */
const FORMATS = {
  stage: [
    /^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/,
    'a valid stage name: use 1 to 20 lower-case letters, digits and inner hyphens, starting with a letter',
  ],
  region: [/^[a-z]{2,}(?:-[a-z]+)+-\d$/, 'a region: use one such as eu-central-1'],
  email: [/^(?=.{1,128}$)[^\s@]+@[^\s@]+\.[^\s@]+$/, 'an email address: use one such as ada@example.com'],
  group: [/^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u, 'a group name: use 1 to 128 characters without spaces'],
  platform: [/^\w+\/\w+(?:\/\w+)?$/, 'a platform: use one such as linux/arm64 or linux/amd64'],
} as const;

function formatProblem(format: keyof typeof FORMATS, text: string): string | undefined {
  const [pattern, description] = FORMATS[format];
  if (!pattern.test(text)) return `'${text}' is not ${description}`;
  // The name of the stage is part of the default domain prefix.
  return format === 'stage' ? literalDomainPrefixProblem(text) : undefined;
}

const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };

/** Reads the schema of an executor. */
export function readSchema(executor: string): ExecutorSchema {
  return JSON.parse(readFileSync(join(import.meta.dirname, '../schemas', `${executor}.json`), 'utf8'));
}

/**
 * Returns the value of each option: from the command line, else its environment variable, else its fallback.
 *
 * @param given options of the target and of the command line, as Nx passes them; `_` has positional arguments
 * @param forwarded names of options of other executors, which Nx forwards to this one
 * @throws {InvalidOptionsError} with all faults
 */
export function readOptions(
  schema: ExecutorSchema,
  { _: positional = [], ...given }: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>>,
  forwarded: readonly string[] = [],
): Record<string, OptionValue> {
  const { properties } = schema;
  const faults: string[] = [];
  const values: Record<string, OptionValue> = {};
  for (const name of Object.keys(given))
    if (!properties[name] && !forwarded.includes(name))
      faults.push(`--${name} is not an option of this command.`);
  for (const word of [positional].flat()) faults.push(`'${word}' is not an option.`);
  for (const [name, { type, variable, fallback, format }] of Object.entries(properties)) {
    const isGiven = given[name] !== undefined;
    const source = isGiven ? `--${name}` : variable;
    const value = isGiven ? given[name] : variable && (env[variable] || undefined);
    if (value === undefined && type === 'array') values[name] = [];
    else if (value === undefined) values[name] = type === 'boolean' ? (fallback ?? false) : fallback;
    else if (type === 'boolean') {
      values[name] = BOOLEANS[String(value)];
      if (values[name] === undefined) faults.push(`${source} is '${value}'; it must be true or false.`);
    } else if (type === 'string' || type === 'array') {
      const words = [value].flat().map((one) => (one === true ? '' : String(one)));
      const texts = type === 'array' ? words.flatMap((word) => word.split(',')) : words;
      for (const text of texts) {
        const problem = text === '' ? 'needs a value' : format && formatProblem(format, text);
        if (problem) faults.push(`${source} ${problem}.`);
      }
      values[name] = type === 'array' ? texts : texts[0];
    } else values[name] = value as OptionValue;
  }
  if (faults.length > 0) throw new InvalidOptionsError(faults, optionTable(schema));
  return values;
}

/** Lists the options of an executor that a user sets, one per line. */
export function optionTable({ properties }: ExecutorSchema): string {
  const rows = Object.entries(properties)
    .filter(([, { variable }]) => variable)
    .map(([name, { type, description }]) => [
      `  --${name}${type === 'boolean' ? '' : `=<${name}>`}`,
      description,
    ]);
  const width = Math.max(...rows.map(([left = '']) => left.length));
  return `Options [environment variable]:\n${rows.map(([left = '', right]) => `${left.padEnd(width)}  ${right}`).join('\n')}`;
}
