import { expect, test } from 'vitest';
import { WrongCommandLine } from '../errors';
import { defineCommand } from './command';
import { readCommandLine } from './read-command-line';

const greet = defineCommand({
  name: 'greet',
  summary: 'Greets.',
  options: {
    stage: {
      type: 'string',
      placeholder: 'name',
      default: 'dev',
      summary: 'which stage',
      variable: 'INFRA_STAGE',
      problem: (name) => (name === 'Dev' ? `'${name}' is no stage name` : undefined),
    },
    email: { type: 'string', placeholder: 'address', summary: 'whom', variable: 'INFRA_EMAIL' },
    yes: { type: 'boolean', summary: 'do not ask', variable: 'INFRA_YES' },
  },
  examples: [],
  faults: ({ email, yes }) => (email === undefined && yes ? ['--email is missing.'] : []),
  run: async () => undefined,
});

const read = (line: string, env: Record<string, string> = {}) =>
  readCommandLine(greet, line.split(' ').filter(Boolean), env);

test.each(['--yes --stage prod', '--yes=true --stage=prod', '--yes=1 --stage=prod'])(
  'flags and values are understood as people and as Nx write them: %s',
  (line) => {
    expect(read(`${line} --email=a@b.example`)).toEqual({ stage: 'prod', email: 'a@b.example', yes: true });
  },
);

test.each(['--no-yes', '--yes=false', ''])("'%s' is no yes", (line) => {
  expect(read(line)).toEqual({ stage: 'dev', email: undefined, yes: false });
});

test('an option is said on the command line, else in the environment, else by its default', () => {
  const env = { INFRA_STAGE: 'pr-1', INFRA_YES: 'true', INFRA_EMAIL: 'a@b.example' };
  expect(read('', env)).toEqual({ stage: 'pr-1', email: 'a@b.example', yes: true });
  expect(read('--stage=pr-2 --no-yes', env)).toEqual({ stage: 'pr-2', email: 'a@b.example', yes: false });
});

test('an empty variable of the environment is none', () => {
  expect(read('', { INFRA_STAGE: '' })).toMatchObject({ stage: 'dev' });
});

test('every fault is told at once, and what would be right', () => {
  let error: unknown;
  try {
    read('--stgae=x extra --stage=Dev --yes=maybe --email=', { INFRA_EMAIL: 'a@b.example' });
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(WrongCommandLine);
  const { faults, help } = error as WrongCommandLine;
  expect(faults).toEqual([
    '--stgae is no option of this command.',
    "'extra' is no option.",
    '--email needs a value.',
    "--stage 'Dev' is no stage name.",
    "--yes is 'maybe': it is true or false.",
  ]);
  for (const option of ['--stage <name>', '--email <address>', '--yes', '--help', 'INFRA_STAGE']) {
    expect(help).toContain(option);
  }
});

test('a fault of the environment names the variable', () => {
  expect(() => read('', { INFRA_STAGE: 'Dev' })).toThrow("INFRA_STAGE 'Dev' is no stage name.");
});

test('options that are right by themselves may be wrong together', () => {
  expect(() => read('--yes')).toThrow('--email is missing.');
});

test.each(['--help', '-h', '--stage=Dev --help'])('%s asks for help, whatever else is wrong', (line) => {
  expect(read(line)).toBe('help');
});
