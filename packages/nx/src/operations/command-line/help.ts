import type { Command, Option, Options } from './command';

/** The text of a command's `--help`. */
export function helpText(command: Pick<Command, 'name' | 'summary' | 'options' | 'examples'>): string {
  return [
    command.summary,
    '',
    `Usage: npx nx ${command.name} infra [options]`,
    '',
    optionTable(command),
    '',
    'Examples:',
    ...aligned(command.examples.map((example) => [`  ${example.command}`, example.description])),
    '',
  ].join('\n');
}

/** The list of a command's options, one to a line. */
export function optionTable({ options }: { readonly options: Options }): string {
  const rows = Object.entries(options).map(([name, option]) => [
    `  --${name}${option.type === 'string' ? ` <${option.placeholder}>` : ''}`,
    `${describeOption(option)} [${option.variable}]`,
  ]);
  return ['Options, and their environment twins:', ...aligned([...rows, ['  --help', 'this text']])].join(
    '\n',
  );
}

/** What an option is for, with its default. */
export function describeOption(option: Option): string {
  const fallback = option.type === 'string' && option.default !== undefined ? ` (${option.default})` : '';
  return option.summary + fallback;
}

/** The text of `--help` without a command. */
export function overview(commands: readonly Pick<Command, 'name' | 'summary'>[]): string {
  return [
    'Operates stages of this app on AWS.',
    '',
    ...aligned(commands.map(({ name, summary }) => [`  npx nx ${name} infra`, firstSentence(summary)])),
    '',
    'Each has --help. libs/infra/DEPLOY.md goes through them.',
    '',
  ].join('\n');
}

function firstSentence(text: string): string {
  return text.split(/(?<=[.:])\s/)[0]?.replace(/[.:]$/, '') ?? text;
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const width = Math.max(...rows.map(([left = '']) => left.length));
  return rows.map(([left = '', right = '']) => `${left.padEnd(width)}  ${right}`);
}
