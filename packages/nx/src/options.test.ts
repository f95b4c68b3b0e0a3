import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { InvalidOptionsError } from './errors';
import { type ExecutorSchema, readOptions, readSchema } from './options';

const SCHEMA: ExecutorSchema = {
  description: 'Greets.',
  properties: {
    stage: {
      type: 'string',
      format: 'stage',
      description: 'stage',
      variable: 'INFRA_STAGE',
      fallback: 'dev',
    },
    email: { type: 'string', description: 'recipient', variable: 'INFRA_EMAIL' },
    yes: { type: 'boolean', description: 'do not ask', variable: 'INFRA_YES' },
    stackName: { type: 'string', description: 'set by the plugin', fallback: '{stage}' },
  },
};

const read = (given: Record<string, unknown>, env: Record<string, string> = {}) =>
  readOptions(SCHEMA, given, env);

test.each([
  { yes: true, stage: 'prod' },
  { yes: 'true', stage: 'prod' },
  { yes: '1', stage: 'prod' },
])('reads %j', (given) => {
  expect(read(given)).toEqual({ stage: 'prod', email: undefined, yes: true, stackName: '{stage}' });
});

test.each([{}, { yes: false }, { yes: 'false' }])('reads %j as no confirmation', (given) => {
  expect(read(given)).toMatchObject({ stage: 'dev', yes: false });
});

test('prefers the command line, then the environment variable, then the fallback', () => {
  const env = { INFRA_STAGE: 'pr-1', INFRA_YES: 'true', INFRA_EMAIL: 'a@b.example' };
  expect(read({}, env)).toMatchObject({ stage: 'pr-1', email: 'a@b.example', yes: true });
  expect(read({ stage: 'pr-2', yes: false }, env)).toMatchObject({ stage: 'pr-2', yes: false });
});

test('reads an option that can be repeated', () => {
  const schema: ExecutorSchema = {
    description: 'Greets.',
    properties: { group: { type: 'array', format: 'group', description: 'group', variable: 'INFRA_GROUP' } },
  };
  const groups = (given: Record<string, unknown>, env = {}) => readOptions(schema, given, env)['group'];
  expect(groups({})).toEqual([]);
  expect(groups({ group: 'admins' })).toEqual(['admins']);
  expect(groups({ group: ['admins', 'editors'] })).toEqual(['admins', 'editors']);
  expect(groups({}, { INFRA_GROUP: 'admins,editors' })).toEqual(['admins', 'editors']);
  expect(() => groups({ group: ['admins', ''] })).toThrow(InvalidOptionsError);
  expect(() => groups({ group: true })).toThrow(InvalidOptionsError);
});

test('ignores an empty environment variable', () => {
  expect(read({}, { INFRA_STAGE: '' })).toMatchObject({ stage: 'dev' });
});

test('reports all faults together, and lists the options', () => {
  let error: unknown;
  try {
    read({ stgae: 'x', stage: 'Dev', yes: 'maybe', email: '', _: ['extra'] });
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(InvalidOptionsError);
  const { faults, help } = error as InvalidOptionsError;
  expect(faults).toEqual([
    '--stgae is not an option of this command.',
    "'extra' is not an option.",
    expect.stringContaining("--stage 'Dev' is not a valid stage name"),
    '--email needs a value.',
    "--yes is 'maybe'; it must be true or false.",
  ]);
  for (const option of ['--stage=<stage>', '--email=<email>', '--yes ']) expect(help).toContain(option);
  expect(help).not.toContain('stackName');
});

test('names the environment variable that has a fault', () => {
  expect(() => read({}, { INFRA_STAGE: 'Dev' })).toThrow("INFRA_STAGE 'Dev' is not a valid stage name");
});

const executors = readdirSync(join(import.meta.dirname, '../schemas')).map((file) =>
  file.replace('.json', ''),
);

test.each(executors)('describes the environment variable and the fallback of each option of %s', (name) => {
  for (const { description, variable, fallback } of Object.values(readSchema(name).properties)) {
    if (variable) expect(description).toContain(`[${variable}]`);
    if (variable && fallback) expect(description).toContain(`(default: ${fallback})`);
  }
});

test('has one definition of an option that several executors have', () => {
  const definitions = new Map<string, unknown>();
  for (const name of executors) {
    for (const [option, definition] of Object.entries(readSchema(name).properties)) {
      const { variable = 'plugin' } = definition;
      const key = `${option} ${variable}`;
      if (option === 'context' || option === 'platform') continue;
      expect(definition).toEqual(definitions.get(key) ?? definition);
      definitions.set(key, definition);
    }
  }
});

test('COMMANDS.md lists the commands and their options (vitest -u writes it)', async () => {
  type Documented = ExecutorSchema & {
    readonly examples: readonly { readonly command: string; readonly description: string }[];
  };
  const section = (name: string, { description, properties, examples }: Documented, column: string) => {
    const rows = Object.entries(properties)
      .filter(([, option]) => option.variable || column === 'description')
      .map(([option, { type, description }]) => {
        const flag = type === 'boolean' ? `--${option}` : `--${option}=<${option}>`;
        return `| \`${flag}\` | ${description} |`;
      });
    return [
      `## ${name}`,
      description,
      ['```sh', ...examples.map((example) => `${example.command}    # ${example.description}`), '```'].join(
        '\n',
      ),
      [`| option | ${column} |`, '| --- | --- |', ...rows].join('\n'),
    ].join('\n\n');
  };
  const readFile = (file: string) => JSON.parse(readFileSync(join(import.meta.dirname, '..', file), 'utf8'));
  const sections = Object.keys(readFile('executors.json').executors).map((name) =>
    section(name, readSchema(name) as Documented, 'description [variable]'),
  );
  const generators: [string, { schema: string }][] = Object.entries(readFile('generators.json').generators);
  const generatorSections = generators.map(([name, { schema }]) =>
    section(`Generator ${name}`, readFile(schema), 'description'),
  );
  const document = [
    '<!-- Written by the tests of this package (vitest -u). -->',
    '# Commands',
    'The commands that this plugin adds to a project with a CDK app (`cdk.json`) or a `Dockerfile`. An option goes before its environment variable. `--help` prints the same.',
    ...sections,
    ...generatorSections,
  ].join('\n\n');
  await expect(`${document}\n`).toMatchFileSnapshot('../COMMANDS.md');
});
