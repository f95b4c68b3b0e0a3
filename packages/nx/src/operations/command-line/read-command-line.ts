import { parseArgs } from 'node:util';
import { WrongCommandLine } from '../errors';
import type { Command, Option, Options, ValuesOf } from './command';
import { optionTable } from './help';

const TRUTHS: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };

/**
 * Reads options, then their environment twins, then defaults.
 *
 * Flags may be written `--yes`, `--no-yes` and, as Nx hands them on, `--yes=true`.
 *
 * @returns `help` when that is what was asked for
 * @throws {WrongCommandLine} with every fault at once
 */
export function readCommandLine<O extends Options>(
  command: Command<O>,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ValuesOf<O> | 'help' {
  const { given, faults } = readArguments(command.options, args);
  if (given.has('help')) return 'help';

  const values: Record<string, string | boolean | undefined> = {};
  for (const [name, option] of Object.entries<Option>(command.options)) {
    const variable = env[option.variable] || undefined;
    const source = given.has(name) ? `--${name}` : option.variable;
    const text = given.get(name) ?? variable;
    if (option.type === 'boolean') {
      const truth = text === undefined ? false : TRUTHS[text];
      if (truth === undefined) faults.push(`${source} is '${text}': it is true or false.`);
      values[name] = truth;
      continue;
    }
    const value = text ?? option.default;
    const problem = value === undefined ? undefined : option.problem?.(value);
    if (problem) faults.push(`${source} ${problem}.`);
    values[name] = value;
  }
  if (faults.length === 0) faults.push(...(command.faults?.(values as ValuesOf<O>) ?? []));
  if (faults.length > 0) {
    throw new WrongCommandLine(faults, optionTable(command));
  }
  return values as ValuesOf<O>;
}

function readArguments(
  options: Options,
  args: readonly string[],
): { given: Map<string, string>; faults: string[] } {
  const given = new Map<string, string>();
  const faults: string[] = [];
  const { tokens } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(Object.entries(options).map(([name, { type }]) => [name, { type }])),
      help: { type: 'boolean', short: 'h' },
    },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      faults.push(`'${token.value}' is no option.`);
      continue;
    }
    const negated = token.name.replace(/^no-/, '');
    if (token.name === 'help') given.set('help', 'true');
    else if (options[token.name]?.type === 'boolean') given.set(token.name, token.value ?? 'true');
    else if (options[negated]?.type === 'boolean' && token.value === undefined) given.set(negated, 'false');
    else if (!options[token.name]) faults.push(`${token.rawName} is no option of this command.`);
    else if (!token.value) faults.push(`${token.rawName} needs a value.`);
    else given.set(token.name, token.value);
  }
  return { given, faults };
}
