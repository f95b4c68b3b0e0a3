import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { z } from 'zod';
import { InvalidOptionsError } from '../errors';

const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;

const PACKAGE = path.dirname(createRequire(import.meta.url).resolve('@spa-on-aws/local-cloud/package.json'));

/** Users of the user pools without `--users`. */
export const SAMPLE_USERS_FILE = path.join(PACKAGE, 'users.json');

/** A flag of the command line. Its environment variable is `LOCAL_CLOUD_` and its name. */
export interface Flag {
  readonly name: string;
  /** Placeholder of the value in the help text; absent for a boolean flag. */
  readonly value?: string;
  readonly default?: string;
  /** May be given several times; the environment variable has one value per line. */
  readonly repeatable?: true;
  readonly help: string;
}

/** The flags by heading of the help text. */
export const FLAGS = {
  'What to run:': [
    {
      name: 'assembly',
      value: 'directory',
      default: 'cdk.out',
      repeatable: true,
      help: 'cloud assembly of the CDK; all of its stacks run together; in an Nx workspace without cdk.out: libs/infra/cdk.out',
    },
    {
      name: 'template',
      value: '[stack=]file',
      repeatable: true,
      help: 'template, YAML or JSON, instead of an assembly; the stack is named after the file unless you name it',
    },
    { name: 'stack', value: 'name', repeatable: true, help: 'run only the stacks named this way' },
    {
      name: 'parameter',
      value: '[stack.]name=value',
      repeatable: true,
      help: 'value of a template parameter; stack.Outputs.name is the output of another stack',
    },
    {
      name: 'attribute',
      value: '[stack.]resource.attribute=value',
      repeatable: true,
      help: 'value of Fn::GetAtt for a resource that only AWS runs, e.g. Database.Endpoint.Address=127.0.0.1, or of an export (Fn::ImportValue) of a stack that is not here, by its name',
    },
    {
      name: 'without',
      value: 'resource',
      repeatable: true,
      help: 'leave out what only refuses requests (web ACL, geographic restriction, signed URLs, threat protection), lets in more users (other identity providers), or answers from a cache (of a REST API), of this resource, by logical id or type',
    },
    { name: 'region', value: 'region', default: 'us-east-1', help: 'value of AWS::Region' },
    {
      name: 'strict',
      help: 'refuse every unknown property; without it, harmless ones only cause a warning (on when CI is set)',
    },
  ],
  'Local substitutes:': [
    {
      name: 'stand-in',
      value: 'origin=url',
      repeatable: true,
      help: 'local server for an external origin, e.g. https://vm.example.com:8080=http://127.0.0.1:3000, or for a Lambda function or an ECS service, by its logical id, or for a function outside of the templates, by its name',
    },
    {
      name: 'bucket',
      value: 'bucket=directory',
      repeatable: true,
      help: 'content of a bucket, by logical id or name, when the template does not upload it',
    },
    {
      name: 'users',
      value: 'file',
      default: SAMPLE_USERS_FILE,
      help: 'users of the user pools',
    },
    {
      name: 'secret',
      value: 'name=value',
      repeatable: true,
      help: 'value of a secret, by environment variable of the container; goes before the secrets file',
    },
    {
      name: 'secrets-file',
      value: 'file',
      default: './.env.local-cloud',
      help: 'values of secrets, one name=value per line; keep it out of git',
    },
  ],
  'Ports (0 = any free port):': [
    {
      name: 'port',
      value: 'port',
      default: '4300',
      help: 'the CloudFront distribution; further ones use the next free ports; moves the other ports with it',
    },
    {
      name: 'cognito-port',
      value: 'port',
      default: '4301',
      help: 'Cognito: issuers, managed login, OAuth endpoints',
    },
    {
      name: 'api-gateway-port',
      value: 'port',
      default: '4302',
      help: 'API Gateway, reachable around CloudFront; further APIs use the next free ports',
    },
    { name: 'console-port', value: 'port', default: '4303', help: 'the console' },
    {
      name: 'https',
      help: 'serve HTTPS with a generated certificate; plain HTTP on the same ports is treated as on AWS',
    },
    {
      name: 'certificate',
      value: 'file',
      help: 'keep the certificate and its key in this file, so that a browser has to trust it only once',
    },
  ],
  'Development:': [
    {
      name: 'dev-origin',
      value: 'origin',
      help: 'origin of a development server in front of the distribution; sign-in may return to it too',
    },
    {
      name: 'image-dir',
      value: 'directory',
      help: 'run the container from this directory instead of the image in the assembly, and restart it on change',
    },
    {
      name: 'function-dir',
      value: 'directory',
      help: 'run the function that the API invokes from this directory instead of the assembly, and restart it on change',
    },
  ],
  'Output:': [
    {
      name: 'state-file',
      value: 'file',
      default: 'tmp/local-cloud.json',
      help: 'URLs, client and users as JSON: written when everything answers, removed on exit',
    },
    { name: 'log-level', value: 'level', default: 'info', help: LOG_LEVELS.join(', ') },
    { name: 'json', help: 'with inspect: print the report as JSON' },
  ],
} as const satisfies Readonly<Record<string, readonly Flag[]>>;

const MOVED_PORTS = ['cognito-port', 'api-gateway-port', 'console-port'] as const;

const ALL_FLAGS: readonly Flag[] = Object.values(FLAGS).flat();

const Port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port, 0 to 65535 (0 = any free port)')
  .transform(Number)
  .refine((port) => port <= 65_535, 'must be a port, 0 to 65535 (0 = any free port)');

const Origin = z
  .string()
  .refine(
    (text) => URL.canParse(text) && /^https?:/.test(text) && new URL(text).origin === text,
    'must be an origin such as http://localhost:4200, without a path',
  );

const FilePath = z.string().min(1, 'must not be empty');

const File = FilePath.transform((file) => path.resolve(file));

const Switch = z.enum(['true', 'false'], 'must be true or false').transform((text) => text === 'true');

/** `key=value`, split at the first `=`. */
function pair(key: RegExp, example: string) {
  return z.string().transform((text, context) => {
    const mark = text.indexOf('=');
    const [left, right] = [text.slice(0, Math.max(mark, 0)), text.slice(mark + 1)];
    if (mark > 0 && key.test(left)) return [left, right] as const;
    context.addIssue({ code: 'custom', message: `must be like ${example}` });
    return z.NEVER;
  });
}

const Template = FilePath.transform((text): TemplateFile => {
  const [, name, file] = /^([A-Za-z][\w-]*)=(.+)$/.exec(text) ?? [];
  if (name !== undefined && file !== undefined) return { stackName: name, file: path.resolve(file) };
  return { stackName: path.basename(text).split('.')[0] ?? text, file: path.resolve(text) };
});

const Parameter = pair(/^([\w-]+\.)?\w+$/, 'Name=value or Stack.Name=value').transform(
  ([key, value]): ParameterValue => {
    const [name = '', stackName] = key.split('.').reverse();
    return { stackName, name, value };
  },
);

/** Keyed by logical id, name of a function, or origin without a standard port: `https://vm.example.com:443` is `https://vm.example.com`. */
const StandIn = pair(
  /^(https?:\/\/|([\w-]+\.)?[\w-]+(\/[A-Za-z0-9]+)*$)/,
  'https://vm.example.com:8080=http://127.0.0.1:3000',
).transform(([from, to], context): readonly [string, URL] => {
  if (!from.includes('://') && URL.canParse(to) && to.startsWith('http://')) return [from, new URL(to)];
  if (URL.canParse(from) && URL.canParse(to) && new URL(from).pathname === '/' && /^https?:/.test(to)) {
    return [new URL(from).origin, new URL(to)];
  }
  context.addIssue({ code: 'custom', message: 'must be an origin, =, and a local URL' });
  return z.NEVER;
});

const Bucket = pair(/./, 'SiteBucket=dist').transform(
  ([bucket, directory]) => [bucket, path.resolve(directory)] as const,
);

const Secret = pair(/^[^\s=]+$/, 'API_KEY=value');

const OptionsSchema = z.strictObject({
  assembly: z.array(File),
  template: z.array(Template),
  stack: z.array(z.string().min(1, 'must not be empty')),
  parameter: z.array(Parameter),
  attribute: z.array(pair(/^[\w/:-]+(\.[\w/-]+)*$/, 'Database.Endpoint.Address=127.0.0.1')),
  without: z.array(z.string().min(1, 'must not be empty')),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region such as us-east-1'),
  strict: Switch,
  'stand-in': z.array(StandIn),
  bucket: z.array(Bucket),
  users: File,
  secret: z.array(Secret),
  'secrets-file': File,
  port: Port,
  'cognito-port': Port,
  'api-gateway-port': Port,
  'console-port': Port,
  https: Switch,
  certificate: File.optional(),
  'dev-origin': Origin.optional(),
  'image-dir': File.optional(),
  'function-dir': File.optional(),
  'state-file': File,
  'log-level': z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`),
  json: Switch,
});

interface TemplateFile {
  readonly stackName: string;
  readonly file: string;
}

export interface ParameterValue {
  /** `undefined`: every stack that declares the parameter. */
  readonly stackName: string | undefined;
  readonly name: string;
  readonly value: string;
}

/** File names are absolute. */
export type Options = Readonly<ReturnType<typeof toOptions>>;

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads options: flag, else environment variable, else default. `help`: for `--help`. @throws InvalidOptionsError */
export function readOptions(args: readonly string[], environment: Environment): Options | 'help' {
  const command = args[0] === 'inspect' ? 'inspect' : 'run';
  const flags = command === 'inspect' ? args.slice(1) : args;
  if (flags.includes('--help')) return 'help';
  const given = parseFlags(flags);
  const raw: Record<string, unknown> = {};
  const faultyName = (name: string): string =>
    given.has(name) || environment[variableOf(name)] === undefined ? `--${name}` : variableOf(name);
  for (const flag of ALL_FLAGS) {
    const values = given.get(flag.name) ?? valuesIn(environment, flag) ?? defaultsOf(flag, environment);
    raw[flag.name] = flag.repeatable ? values : values.at(-1);
  }
  for (const name of MOVED_PORTS) {
    if (!given.has(name) && environment[variableOf(name)] === undefined) raw[name] = moved(raw['port'], name);
  }
  const usesTemplates = given.has('template') || environment[variableOf('template')];
  if (usesTemplates && !given.has('assembly')) raw['assembly'] = [];
  const result = OptionsSchema.safeParse(raw, { jitless: true });
  if (!result.success) {
    throw new InvalidOptionsError(
      result.error.issues.map(({ path: [name = '', index], message }) => {
        const value = raw[String(name)];
        const shown: unknown = Array.isArray(value) ? value[Number(index)] : value;
        const but = name === 'secret' ? '' : `, but is ${JSON.stringify(shown)}`;
        return `${faultyName(String(name))} ${message}${but}.`;
      }),
    );
  }
  return toOptions(command, result.data);
}

function toOptions(command: 'run' | 'inspect', data: z.output<typeof OptionsSchema>) {
  return {
    command,
    assemblies: data.assembly,
    templates: data.template,
    /** Empty: all. */
    stacks: data.stack,
    parameters: data.parameter,
    /** Values of attributes that only AWS knows, by `[Stack.]Resource.Attribute`. */
    attributes: new Map(data.attribute),
    /** Logical ids and types of resources whose restrictions are left out. */
    without: data.without,
    region: data.region,
    /** Refuse every unknown property. */
    strict: data.strict,
    /** Local servers, by the external origin or the logical id that they replace. */
    standIns: new Map(data['stand-in']),
    /** Directories, by logical id or name of the bucket. */
    buckets: new Map(data.bucket),
    users: data.users,
    /** Values of secrets, by environment variable of the container. */
    secrets: new Map(data.secret),
    secretsFile: data['secrets-file'],
    port: data.port,
    cognitoPort: data['cognito-port'],
    apiGatewayPort: data['api-gateway-port'],
    consolePort: data['console-port'],
    https: data.https,
    certificate: data.certificate,
    devOrigin: data['dev-origin'],
    imageDir: data['image-dir'],
    functionDir: data['function-dir'],
    stateFile: data['state-file'],
    logLevel: data['log-level'],
    json: data.json,
  };
}

/** Returns the default of a port, as far from `--port` as by default; with any free port, any too. */
function moved(port: unknown, name: (typeof MOVED_PORTS)[number]): string {
  const usual = (of: string): number => Number(ALL_FLAGS.find((flag) => flag.name === of)?.default);
  const base = Number(port);
  // The wrong value of --port is reported, and not these.
  if (!Port.safeParse(port).success) return String(usual(name));
  return String(base === 0 ? 0 : base + usual(name) - usual('port'));
}

/** Returns a message that `nx serve` shows, with the environment variables of the flags that it names: `nx serve` takes none. */
export function withVariables(message: string): string {
  const named = ALL_FLAGS.filter(({ name }) => new RegExp(`--${name}(?![\\w-])`).test(message));
  const others = named.map(({ name }) => variableOf(name)).filter((variable) => !message.includes(variable));
  return others.length === 0
    ? message
    : `${message}\nWith nx serve, set the environment variable ${others.join(', ')} to the value of the flag.`;
}

export const variableOf = (flag: string): string => `LOCAL_CLOUD_${flag.toUpperCase().replaceAll('-', '_')}`;

function valuesIn(environment: Environment, { name, repeatable }: Flag): string[] | undefined {
  const text = environment[variableOf(name)];
  if (text === undefined) return undefined;
  return repeatable ? text.split('\n').filter(Boolean) : [text];
}

function defaultsOf({ name, value, default: usual }: Flag, { CI }: Environment): string[] {
  if (name === 'strict') return [String(Boolean(CI) && CI !== 'false')];
  if (value === undefined) return ['false'];
  if (usual === undefined) return [];
  if (name === 'assembly')
    return [existsSync(path.resolve(usual)) ? usual : workspaceAssembly(process.cwd(), usual)];
  return [usual.includes('/') ? path.resolve(workspaceRoot(process.cwd()), usual) : usual];
}

/** Returns the assembly of the starter's CDK app in an Nx workspace, elsewhere the assembly of the CDK app in a folder. */
function workspaceAssembly(folder: string, name: string): string {
  const workspace = workspaceRoot(folder);
  const isWorkspace = existsSync(path.join(workspace, 'nx.json'));
  return isWorkspace ? path.join(workspace, 'libs/infra', name) : path.join(folder, name);
}

/** Returns the Nx workspace that a folder is in, or the folder itself. */
function workspaceRoot(folder: string): string {
  for (let parent = folder; parent !== path.dirname(parent); parent = path.dirname(parent)) {
    if (existsSync(path.join(parent, 'nx.json'))) return parent;
  }
  return folder;
}

function parseFlags(args: readonly string[]): ReadonlyMap<string, string[]> {
  const values = new Map<string, string[]>();
  const add = (name: string, value: string): void =>
    void values.set(name, [...(values.get(name) ?? []), value]);
  const command = commandLine();
  for (const { name } of ALL_FLAGS) {
    command.on(`option:${name}`, (value: string | null) => add(name, value ?? 'true'));
    command.on(`option:no-${name}`, () => add(name, 'false'));
  }
  try {
    command
      .exitOverride()
      .configureOutput({ writeErr: () => undefined })
      .parse([...args], { from: 'user' });
    for (const assembly of command.args) {
      if (!existsSync(assembly)) {
        throw new InvalidOptionsError([
          `${assembly} is neither a command nor an existing cloud assembly; see --help.`,
        ]);
      }
      add('assembly', assembly);
    }
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw new InvalidOptionsError([`${error.message.replace(/^error: /, '')}; see --help.`]);
  }
  return values;
}

function commandLine(): Command {
  const command = new Command('local-cloud')
    .usage('[inspect] [assembly] [flags]')
    .argument('[assembly...]')
    .description(
      'Runs CloudFormation templates on this machine: CloudFront, API Gateway, Cognito, S3, DynamoDB and containers.\n' +
        'With inspect, lists which properties are supported instead of running them.\n\n' +
        'Paths are relative to the current directory, defaults to the workspace. [NAME] is the environment variable of\n' +
        'a flag: one value per line if the flag is repeatable, true or false if it takes no value.',
    )
    .allowExcessArguments(false);
  const groups: readonly [string, readonly Flag[]][] = Object.entries(FLAGS);
  for (const [group, flag] of groups.flatMap(([name, flags]) => flags.map((each) => [name, each] as const))) {
    const { name, value, help, repeatable, default: usual } = flag;
    const notes = `${usual === undefined ? '' : ` (${usual})`}${repeatable ? ' (repeatable)' : ''} [${variableOf(name)}]`;
    const add = (flags: string, description: string): Command =>
      command.addOption(new Option(flags, description).helpGroup(group));
    add(value === undefined ? `--${name}` : `--${name} <${value}>`, help + notes);
    if (value === undefined) add(`--no-${name}`, `switch --${name} off`);
  }
  return command;
}

export function helpText(): string {
  return commandLine().configureHelp({ helpWidth: 110 }).helpInformation();
}
