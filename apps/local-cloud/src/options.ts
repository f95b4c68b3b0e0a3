import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { InvalidOptionsError } from './errors';

const WORKSPACE_ROOT = path.resolve(import.meta.dirname, '../../..');
const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;

interface Flag {
  readonly name: string;
  /** Stands for the value in the help text. */
  readonly placeholder: string;
  readonly default?: string;
  readonly help: string;
}

const FLAGS = [
  {
    name: 'assembly',
    placeholder: 'directory',
    default: 'libs/infra/cdk.out',
    help: 'cloud assembly to run, as `npx nx synth infra` writes it',
  },
  { name: 'stack', placeholder: 'name', help: 'which stack, when the assembly holds several' },
  { name: 'port', placeholder: 'port', default: '4300', help: 'the CloudFront distribution' },
  {
    name: 'cognito-port',
    placeholder: 'port',
    default: '4301',
    help: 'Cognito: issuer, managed login, OAuth endpoints',
  },
  {
    name: 'api-gateway-port',
    placeholder: 'port',
    default: '4302',
    help: 'API Gateway, as reachable around CloudFront',
  },
  {
    name: 'console-port',
    placeholder: 'port',
    default: '4303',
    help: 'the console: what happened to each request',
  },
  {
    name: 'users',
    placeholder: 'file',
    default: 'apps/local-cloud/users.json',
    help: 'people of the user pool',
  },
  {
    name: 'dev-origin',
    placeholder: 'origin',
    help: 'origin of a development server in front of the distribution; sign-in may return to it too',
  },
  {
    name: 'image-dir',
    placeholder: 'directory',
    help: 'run the container from this directory instead of the image in the assembly, and replace it when it changes',
  },
  {
    name: 'state-file',
    placeholder: 'file',
    default: 'tmp/local-cloud.json',
    help: 'written when everything answers, removed on exit',
  },
  { name: 'region', placeholder: 'region', default: 'us-east-1', help: 'what AWS::Region stands for' },
  { name: 'log-level', placeholder: 'level', default: 'info', help: LOG_LEVELS.join(', ') },
] as const satisfies readonly Flag[];

type FlagName = (typeof FLAGS)[number]['name'];

const Port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port, 0 to 65535 (0 = any free port)')
  .transform(Number)
  .refine((port) => port <= 65_535, 'must be a port, 0 to 65535 (0 = any free port)');

const Origin = z
  .url({ protocol: /^https?$/, error: 'must be an origin such as http://localhost:4200' })
  .refine(
    (url) => URL.canParse(url) && new URL(url).origin === url,
    'must be an origin such as http://localhost:4200, without a path',
  );

const FilePath = z.string().min(1, 'must not be empty');

const OptionsSchema = z.strictObject({
  assembly: FilePath,
  stack: z.string().min(1, 'must not be empty').optional(),
  port: Port,
  'cognito-port': Port,
  'api-gateway-port': Port,
  'console-port': Port,
  users: FilePath,
  'dev-origin': Origin.optional(),
  'image-dir': FilePath.optional(),
  'state-file': FilePath,
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region such as us-east-1'),
  'log-level': z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }),
});

/** What the local cloud is started with; file names are absolute. */
export interface Options {
  readonly assembly: string;
  readonly stack: string | undefined;
  readonly port: number;
  readonly cognitoPort: number;
  readonly apiGatewayPort: number;
  readonly consolePort: number;
  readonly users: string;
  readonly devOrigin: string | undefined;
  readonly imageDir: string | undefined;
  readonly stateFile: string;
  readonly region: string;
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

const environmentName = (flag: string): string => `LOCAL_CLOUD_${flag.toUpperCase().replaceAll('-', '_')}`;

/** The text of `--help`. */
export function helpText(): string {
  const flags: readonly Flag[] = FLAGS;
  const rows = flags.map((flag) => [
    `  --${flag.name} <${flag.placeholder}>`,
    `${flag.help}${flag.default === undefined ? '' : ` (${flag.default})`}`,
    environmentName(flag.name),
  ]);
  const width = Math.max(...rows.map(([left]) => left?.length ?? 0));
  return [
    'Runs a synthesized CloudFormation template on this machine: CloudFront, API Gateway, Cognito, S3 and the container.',
    '',
    'Usage: local-cloud [flags]; file names are relative to the current directory, defaults to the workspace.',
    '',
    ...rows.map(([left = '', help = '', variable = '']) => `${left.padEnd(width)}  ${help} [${variable}]`),
    `${'  --help'.padEnd(width)}  this text`,
    '',
  ].join('\n');
}

/**
 * Reads flags, then their environment twins, then defaults.
 *
 * @returns `help` when that is what was asked for
 * @throws InvalidOptionsError with every fault at once
 */
export function readOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Options | 'help' {
  const { values, faults } = readFlags(args);
  if (values['help'] === 'true') return 'help';
  const raw: Partial<Record<FlagName, string>> = {};
  const namedIn = new Map<string, string>();
  for (const flag of FLAGS as readonly Flag[]) {
    const variable = environmentName(flag.name);
    const given = values[flag.name] ?? environment[variable];
    namedIn.set(
      flag.name,
      values[flag.name] === undefined && environment[variable] !== undefined ? variable : `--${flag.name}`,
    );
    const value =
      given ?? (flag.default?.includes('/') ? path.join(WORKSPACE_ROOT, flag.default) : flag.default);
    if (value !== undefined) raw[flag.name as FlagName] = value;
  }
  const result = OptionsSchema.safeParse(raw);
  for (const issue of result.error?.issues ?? []) {
    const name = String(issue.path[0]);
    faults.push(
      `${namedIn.get(name) ?? name} ${issue.message}, and is ${JSON.stringify(raw[name as FlagName])}.`,
    );
  }
  if (!result.success || faults.length > 0) throw new InvalidOptionsError(faults);
  const { data } = result;
  return {
    assembly: path.resolve(data.assembly),
    stack: data.stack,
    port: data.port,
    cognitoPort: data['cognito-port'],
    apiGatewayPort: data['api-gateway-port'],
    consolePort: data['console-port'],
    users: path.resolve(data.users),
    devOrigin: data['dev-origin'],
    imageDir: data['image-dir'] === undefined ? undefined : path.resolve(data['image-dir']),
    stateFile: path.resolve(data['state-file']),
    region: data.region,
    logLevel: data['log-level'],
  };
}

function readFlags(args: readonly string[]): {
  values: Record<string, string | undefined>;
  faults: string[];
} {
  const faults: string[] = [];
  const values: Record<string, string | undefined> = {};
  const known = new Set<string>(FLAGS.map(({ name }) => name));
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries([
      ...FLAGS.map(({ name }) => [name, { type: 'string' as const }]),
      ['help', { type: 'boolean' as const }],
    ]),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === 'option' && token.name === 'help') values['help'] = 'true';
    else if (token.kind === 'option' && !known.has(token.name)) {
      const names = [...known].map((name) => `--${name}`).join(', ');
      faults.push(`${token.rawName} is no flag; there are ${names} and --help.`);
    } else if (token.kind === 'option' && token.value === undefined)
      faults.push(`--${token.name} needs a value.`);
    else if (token.kind === 'option') values[token.name] = token.value;
    else if (token.kind === 'positional')
      faults.push(`${JSON.stringify(token.value)} is not a flag; see --help.`);
  }
  return { values, faults };
}
