import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import {
  type Flag,
  FLAGS,
  helpText,
  readOptions,
  SAMPLE_USERS_FILE,
  variableOf,
  withVariables,
} from './options';

test('readOptions prefers a flag to its environment variable, and that to the default', () => {
  const environment = { LOCAL_CLOUD_PORT: '5000', LOCAL_CLOUD_CONSOLE_PORT: '5003' };
  expect(readOptions(['--port', '0'], environment)).toMatchObject({
    port: 0,
    consolePort: 5003,
    cognitoPort: 0,
  });
});

test('readOptions resolves paths against the current directory', () => {
  expect(readOptions(['--assembly', 'x/cdk.out'], {})).toMatchObject({
    assemblies: [path.resolve('x/cdk.out')],
  });
});

test('readOptions takes assemblies without a flag, also for inspect', () => {
  expect(readOptions(['src', '--port', '0', 'test'], {})).toMatchObject({
    command: 'run',
    assemblies: [path.resolve('src'), path.resolve('test')],
  });
  expect(readOptions(['inspect', 'src'], {})).toMatchObject({
    command: 'inspect',
    assemblies: [path.resolve('src')],
  });
});

test('readOptions runs cdk.out of the current directory, in an Nx workspace also libs/infra/cdk.out', async () => {
  const directory = await realpath(await mkdtemp(path.join(tmpdir(), 'options-')));
  onTestFinished(() => rm(directory, { recursive: true }));
  const cwd = vi.spyOn(process, 'cwd').mockReturnValue(directory);
  onTestFinished(() => cwd.mockRestore());
  expect(readOptions([], {})).toMatchObject({ assemblies: [path.join(directory, 'cdk.out')] });
  await writeFile(path.join(directory, 'nx.json'), '{}');
  expect(readOptions([], {})).toMatchObject({ assemblies: [path.join(directory, 'libs/infra/cdk.out')] });
  await mkdir(path.join(directory, 'cdk.out'));
  expect(readOptions([], {})).toMatchObject({ assemblies: [path.join(directory, 'cdk.out')] });
});

test('readOptions reads the level of the log from the environment', () => {
  expect(readOptions([], { LOCAL_CLOUD_LOG_LEVEL: 'debug' })).toMatchObject({ logLevel: 'debug' });
});

test('readOptions moves the other ports with --port, unless they are given', () => {
  expect(readOptions([], { LOCAL_CLOUD_PORT: '5300', LOCAL_CLOUD_CONSOLE_PORT: '9000' })).toMatchObject({
    port: 5300,
    cognitoPort: 5301,
    apiGatewayPort: 5302,
    consolePort: 9000,
  });
  expect(readOptions(['--port', '0'], {})).toMatchObject({
    cognitoPort: 0,
    apiGatewayPort: 0,
    consolePort: 0,
  });
});

test('readOptions reports all invalid values together, each with its flag or variable', () => {
  const environment = { LOCAL_CLOUD_COGNITO_PORT: 'many' };
  const read = (): unknown => readOptions(['--port', '70000', '--region', 'nowhere'], environment);
  expect(read).toThrowError(/--port must be a port.*"70000"/);
  expect(read).toThrowError(/LOCAL_CLOUD_COGNITO_PORT must be a port.*"many"/);
  expect(read).toThrowError(/--region must be a region/);
});

test.each(['localhost:4200', 'http://localhost:4200/', 'ftp://x', ''])(
  'readOptions rejects the origin %j',
  (origin) => {
    expect(() => readOptions(['--dev-origin', origin], {})).toThrowError(/--dev-origin must be an origin/);
  },
);

test('the help names every flag with its environment variable', () => {
  expect(readOptions(['--help', '--nonsense'], {})).toBe('help');
  expect(helpText()).toContain('LOCAL_CLOUD_API_GATEWAY_PORT');
});

test('readOptions takes templates instead of the assembly, named after their files or explicitly', () => {
  expect(
    readOptions(['--template', 'a/pool.yaml', '--template', 'web=site.template.json'], {}),
  ).toMatchObject({
    assemblies: [],
    templates: [
      { stackName: 'pool', file: path.resolve('a/pool.yaml') },
      { stackName: 'web', file: path.resolve('site.template.json') },
    ],
  });
  expect(readOptions(['--template', 'a.yaml', '--assembly', 'b'], {})).toMatchObject({
    assemblies: [path.resolve('b')],
    templates: [{ stackName: 'a' }],
  });
});

test('readOptions reads parameters of all stacks or of one, with equals signs in the value', () => {
  expect(
    readOptions([], { LOCAL_CLOUD_PARAMETER: 'Url=https://a.example/?b=c\nweb.Stage=dev' }),
  ).toMatchObject({
    parameters: [
      { stackName: undefined, name: 'Url', value: 'https://a.example/?b=c' },
      { stackName: 'web', name: 'Stage', value: 'dev' },
    ],
  });
});

test('readOptions keys local substitutes by origin, without a default port', () => {
  const options = readOptions(['--stand-in', 'https://vm.example.com:443/=http://127.0.0.1:3000/base'], {});
  expect(options).toMatchObject({
    standIns: new Map([['https://vm.example.com', new URL('http://127.0.0.1:3000/base')]]),
  });
});

test('readOptions is strict by default when CI is set', () => {
  expect(readOptions([], {})).toMatchObject({ strict: false, https: false });
  expect(readOptions([], { CI: 'true' })).toMatchObject({ strict: true });
  expect(readOptions(['--no-strict'], { CI: 'true' })).toMatchObject({ strict: false });
  expect(readOptions(['--strict'], { LOCAL_CLOUD_HTTPS: 'true' })).toMatchObject({
    strict: true,
    https: true,
  });
});

test.each([
  [['--parameter', 'novalue'], '--parameter must be like Name=value or Stack.Name=value, but is "novalue".'],
  [['--stand-in', 'vm.example.com=http://a'], '--stand-in must be like https://vm.example.com:8080'],
  [['--stand-in', 'https://a/b=http://c'], '--stand-in must be an origin, =, and a local URL'],
  [['--https=maybe'], '--https'],
  [['--no-port'], "unknown option '--no-port'"],
  [['--color', 'red'], "unknown option '--color'; see --help."],
  [['--consol-port', '1'], '(Did you mean --console-port?)'],
  [['--region'], "option '--region <region>' argument missing"],
  [['templates'], 'templates is neither a command nor an existing cloud assembly'],
])('readOptions rejects %j', (args, message) => {
  expect(() => readOptions(args, {})).toThrowError(message);
});

test('readOptions reads secrets, with equals signs in the value, and never shows a malformed one', () => {
  expect(readOptions([], { LOCAL_CLOUD_SECRET: 'API_KEY=a=b' })).toMatchObject({
    secrets: new Map([['API_KEY', 'a=b']]),
    secretsFile: expect.stringMatching(/\/\.env\.local-cloud$/),
  });
  expect(() => readOptions(['--secret', 'hidden'], {})).toThrowError('--secret must be like API_KEY=value.');
});

test('inspect accepts the same flags', () => {
  expect(readOptions(['inspect', '--json', '--template', 'a.yaml'], {})).toMatchObject({
    command: 'inspect',
    json: true,
  });
});

/** Returns a table row. A default in the package is relative to it. */
function rowOf({ name, value, default: fallback, repeatable, help }: Flag): string {
  const flag = value ? `--${name} <${value}>` : `--${name}`;
  const shown = fallback === SAMPLE_USERS_FILE ? 'users.json of this package' : fallback;
  const notes = [repeatable && 'repeatable', shown !== undefined && `default: ${shown}`].filter(Boolean);
  const description = notes.length > 0 ? `${help} (${notes.join('; ')})` : help;
  return `| \`${flag}\` | \`${variableOf(name)}\` | ${description} |`;
}

test('FLAGS.md lists the flags (vitest -u writes it)', async () => {
  const sections = Object.entries<readonly Flag[]>(FLAGS).map(([heading, flags]) =>
    [
      `## ${heading.replace(':', '')}`,
      '',
      '| flag | variable | description |',
      '| --- | --- | --- |',
      ...flags.map(rowOf),
    ].join('\n'),
  );
  const document = [
    '<!-- Written by the tests of this package (vitest -u). -->',
    '# Flags of the local cloud',
    'A flag goes before its environment variable, which goes before the default. A variable of a repeatable flag has one value per line. A flag without a value is `true` or `false` as a variable, and `--no-…` switches it off.',
    ...sections,
  ].join('\n\n');
  await expect(`${document}\n`).toMatchFileSnapshot('../../FLAGS.md');
});

test('withVariables names the environment variables of flags, unless the message does', () => {
  expect(withVariables('Run without it: --without Site')).toBe(
    'Run without it: --without Site\nWith nx serve, set the environment variable LOCAL_CLOUD_WITHOUT to the value of the flag.',
  );
  for (const message of ['failed', 'set --users (environment variable: LOCAL_CLOUD_USERS)', '--portable']) {
    expect(withVariables(message)).toBe(message);
  }
});
