import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { InvalidOptionsError } from '../errors';
import { environmentName, type FlagName, FLAGS } from './flags';

export { helpText } from './flags';

const WORKSPACE_ROOT = path.resolve(import.meta.dirname, '../../..');
const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;

const Port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port, 0 to 65535 (0 = any free port)')
  .transform(Number)
  .refine((port) => port <= 65_535, 'must be a port, 0 to 65535 (0 = any free port)');

const isOrigin = (text: string): boolean =>
  URL.canParse(text) && /^https?:/.test(text) && new URL(text).origin === text;

const Origin = z
  .url({ protocol: /^https?$/, error: 'must be an origin such as http://localhost:4200' })
  .refine(isOrigin, 'must be an origin such as http://localhost:4200, without a path');

const FilePath = z.string().min(1, 'must not be empty');

/** `key=value`, the first `=` between them. */
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

/** A standard port is left away: `https://vm.example.com:443` is the origin `https://vm.example.com`. */
const StandIn = pair(/^https?:\/\//, 'https://vm.example.com:8080=http://127.0.0.1:3000').transform(
  ([from, to], context): readonly [string, URL] => {
    if (URL.canParse(from) && URL.canParse(to) && new URL(from).pathname === '/' && /^https?:/.test(to)) {
      return [new URL(from).origin, new URL(to)];
    }
    context.addIssue({ code: 'custom', message: 'must be an origin, =, and a URL of this machine' });
    return z.NEVER;
  },
);

const Bucket = pair(/./, 'SiteBucket=dist').transform(
  ([bucket, directory]) => [bucket, path.resolve(directory)] as const,
);

const OptionsSchema = z.strictObject({
  assembly: z.array(FilePath),
  template: z.array(Template),
  stack: z.array(z.string().min(1, 'must not be empty')),
  parameter: z.array(Parameter),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region such as us-east-1'),
  strict: z.boolean('must be true or false'),
  'stand-in': z.array(StandIn),
  bucket: z.array(Bucket),
  users: FilePath,
  port: Port,
  'cognito-port': Port,
  'api-gateway-port': Port,
  'console-port': Port,
  https: z.boolean('must be true or false'),
  certificate: FilePath.optional(),
  'dev-origin': Origin.optional(),
  'image-dir': FilePath.optional(),
  'state-file': FilePath,
  'log-level': z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }),
  json: z.boolean('must be true or false'),
});

/** A template written by hand, and what its stack is called. */
export interface TemplateFile {
  readonly stackName: string;
  readonly file: string;
}

/** The value of a template parameter. */
export interface ParameterValue {
  /** `undefined`: every stack that declares the parameter. */
  readonly stackName: string | undefined;
  readonly name: string;
  readonly value: string;
}

/** What the local cloud is started with; file names are absolute. */
export interface Options {
  readonly command: 'run' | 'inspect';
  readonly assemblies: readonly string[];
  readonly templates: readonly TemplateFile[];
  /** Empty: all. */
  readonly stacks: readonly string[];
  readonly parameters: readonly ParameterValue[];
  readonly region: string;
  /** Whether a property that is not known stops the start wherever it stands. */
  readonly strict: boolean;
  /** Servers of this machine, by the origin they stand for. */
  readonly standIns: ReadonlyMap<string, URL>;
  /** Directories, by logical id or name of the bucket. */
  readonly buckets: ReadonlyMap<string, string>;
  readonly users: string;
  readonly port: number;
  readonly cognitoPort: number;
  readonly apiGatewayPort: number;
  readonly consolePort: number;
  readonly https: boolean;
  readonly certificate: string | undefined;
  readonly devOrigin: string | undefined;
  readonly imageDir: string | undefined;
  readonly stateFile: string;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly json: boolean;
}

type Given = string | boolean | readonly string[] | undefined;

/**
 * Reads flags, then their environment twins, then defaults.
 *
 * @param args perhaps with `inspect` in front
 * @returns `help` when that is what was asked for
 * @throws InvalidOptionsError with every fault at once
 */
export function readOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Options | 'help' {
  const command = args[0] === 'inspect' ? 'inspect' : 'run';
  const { values, faults, help } = readFlags(command === 'inspect' ? args.slice(1) : args);
  if (help) return 'help';
  const raw: Partial<Record<FlagName, Given>> = {};
  const namedIn = new Map<string, string>();
  for (const { name, placeholder, repeatable, default: usual } of FLAGS) {
    const variable = environmentName(name);
    const inEnvironment = environment[variable];
    const isFlag = values.has(name);
    namedIn.set(name, !isFlag && inEnvironment !== undefined ? variable : `--${name}`);
    const given = isFlag ? values.get(name) : inEnvironment?.split(repeatable ? '\n' : /$^/).filter(Boolean);
    const defaults = usual?.includes('/') ? path.join(WORKSPACE_ROOT, usual) : usual;
    if (repeatable) raw[name as FlagName] = given ?? (defaults === undefined ? [] : [defaults]);
    else if (placeholder === undefined) raw[name as FlagName] = asBoolean(given?.at(-1));
    else {
      const value = isFlag ? given?.at(-1) : inEnvironment;
      if ((value ?? defaults) !== undefined) raw[name as FlagName] = value ?? defaults ?? '';
    }
  }
  raw.strict ??= Boolean(environment['CI']) && environment['CI'] !== 'false';
  raw.https ??= false;
  raw.json ??= false;
  const hasTemplates = Array.isArray(raw.template) && raw.template.length > 0;
  if (hasTemplates && namedIn.get('assembly') === '--assembly' && !values.has('assembly')) {
    raw.assembly = [];
  }
  const result = OptionsSchema.safeParse(raw);
  for (const issue of result.error?.issues ?? []) {
    const [name, index] = issue.path;
    const value = raw[name as FlagName];
    const shown = Array.isArray(value) ? (value[Number(index)] as string) : value;
    const place = namedIn.get(String(name)) ?? String(name);
    faults.push(`${place} ${issue.message}, and is ${JSON.stringify(shown)}.`);
  }
  if (!result.success || faults.length > 0) throw new InvalidOptionsError(faults);
  const { data } = result;
  return {
    command,
    assemblies: data.assembly.map((directory) => path.resolve(directory)),
    templates: data.template,
    stacks: data.stack,
    parameters: data.parameter,
    region: data.region,
    strict: data.strict,
    standIns: new Map(data['stand-in']),
    buckets: new Map(data.bucket),
    users: path.resolve(data.users),
    port: data.port,
    cognitoPort: data['cognito-port'],
    apiGatewayPort: data['api-gateway-port'],
    consolePort: data['console-port'],
    https: data.https,
    certificate: data.certificate === undefined ? undefined : path.resolve(data.certificate),
    devOrigin: data['dev-origin'],
    imageDir: data['image-dir'] === undefined ? undefined : path.resolve(data['image-dir']),
    stateFile: path.resolve(data['state-file']),
    logLevel: data['log-level'],
    json: data.json,
  };
}

/** A word that is neither stays as it is, to be refused with its name. */
function asBoolean(word: string | undefined): boolean | string | undefined {
  return word === 'true' ? true : word === 'false' ? false : word;
}

function readFlags(args: readonly string[]): {
  values: Map<string, string[]>;
  faults: string[];
  help: boolean;
} {
  const faults: string[] = [];
  const values = new Map<string, string[]>();
  let help = false;
  const byName = new Map(FLAGS.map((flag) => [flag.name, flag]));
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries([
      ...FLAGS.filter(({ placeholder }) => placeholder).map(({ name }) => [
        name,
        { type: 'string' as const },
      ]),
      ...FLAGS.filter(({ placeholder }) => !placeholder).flatMap(({ name }) => [
        [name, { type: 'boolean' as const }],
        [`no-${name}`, { type: 'boolean' as const }],
      ]),
      ['help', { type: 'boolean' as const }],
    ]),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const add = (name: string, value: string): void => {
    values.set(name, [...(values.get(name) ?? []), value]);
  };
  for (const token of tokens) {
    if (token.kind === 'positional') faults.push(`${JSON.stringify(token.value)} is not a flag; see --help.`);
    if (token.kind !== 'option') continue;
    const flag = byName.get(token.name);
    const negated = byName.get(token.name.replace(/^no-/, ''));
    if (token.name === 'help') help = true;
    else if (flag?.placeholder !== undefined) {
      if (token.value === undefined) faults.push(`--${token.name} needs a value.`);
      else add(token.name, token.value);
    } else if (flag && (token.value ?? 'true') === 'true') add(flag.name, 'true');
    else if (negated && negated.placeholder === undefined && token.value === undefined)
      add(negated.name, 'false');
    else if (flag) add(flag.name, token.value ?? '');
    else {
      const names = FLAGS.map(({ name }) => `--${name}`).join(', ');
      faults.push(`${token.rawName} is no flag; there are ${names} and --help.`);
    }
  }
  return { values, faults, help };
}
