/** A flag of the command line, and of the environment under another name. */
export interface Flag {
  readonly name: string;
  /** Stands for the value in the help text; absent: the flag is on or off. */
  readonly placeholder?: string;
  /** A file name is relative to the workspace. */
  readonly default?: string;
  /** May be given several times; the environment twin has one value a line. */
  readonly repeatable?: true;
  readonly help: string;
}

/** Flags that belong together in the help text. */
export interface FlagGroup {
  readonly title: string;
  readonly flags: readonly Flag[];
}

const LOG_LEVELS_HELP = 'silent, error, warn, info or debug';

/** Every flag, in the order of the help text. */
const FLAG_GROUPS = [
  {
    title: 'What to run',
    flags: [
      {
        name: 'assembly',
        placeholder: 'directory',
        default: 'libs/infra/cdk.out',
        repeatable: true,
        help: 'cloud assembly, as `npx nx synth infra` writes it; all of its stacks run together',
      },
      {
        name: 'template',
        placeholder: '[stack=]file',
        repeatable: true,
        help: 'template, YAML or JSON, in place of an assembly; a stack named after the file unless it is given a name',
      },
      {
        name: 'stack',
        placeholder: 'name',
        repeatable: true,
        help: 'run this stack only, and those named along with it',
      },
      {
        name: 'parameter',
        placeholder: '[stack.]name=value',
        repeatable: true,
        help: 'value of a template parameter',
      },
      { name: 'region', placeholder: 'region', default: 'us-east-1', help: 'what AWS::Region stands for' },
      {
        name: 'strict',
        help: 'refuse any property that is not known; without it some are passed over with a warning',
      },
    ],
  },
  {
    title: 'What stands for things that are not here',
    flags: [
      {
        name: 'stand-in',
        placeholder: 'origin=url',
        repeatable: true,
        help: 'a server of this machine for one that an origin or integration names, e.g. https://vm.example.com:8080=http://127.0.0.1:3000',
      },
      {
        name: 'bucket',
        placeholder: 'bucket=directory',
        repeatable: true,
        help: 'content of a bucket, by logical id or name, for templates that do not upload it themselves',
      },
      {
        name: 'users',
        placeholder: 'file',
        default: 'apps/local-cloud/users.json',
        help: 'people of the user pools',
      },
    ],
  },
  {
    title: 'Where it listens (0 = any free port)',
    flags: [
      {
        name: 'port',
        placeholder: 'port',
        default: '4300',
        help: 'the CloudFront distribution; further ones take the next free ports',
      },
      {
        name: 'cognito-port',
        placeholder: 'port',
        default: '4301',
        help: 'Cognito: issuers, managed login, OAuth endpoints',
      },
      {
        name: 'api-gateway-port',
        placeholder: 'port',
        default: '4302',
        help: 'API Gateway, as reachable around CloudFront; further APIs take the next free ports',
      },
      {
        name: 'console-port',
        placeholder: 'port',
        default: '4303',
        help: 'the console: what happened to each request',
      },
      {
        name: 'https',
        help: 'serve HTTPS, with a certificate of its own; plain HTTP on the same ports is seen as such',
      },
      {
        name: 'certificate',
        placeholder: 'file',
        help: 'keep the certificate with its key in this file, so that a browser has to be told only once',
      },
    ],
  },
  {
    title: 'While developing',
    flags: [
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
    ],
  },
  {
    title: 'What it tells',
    flags: [
      {
        name: 'state-file',
        placeholder: 'file',
        default: 'tmp/local-cloud.json',
        help: 'URLs, client and users as JSON: written when everything answers, removed on exit',
      },
      { name: 'log-level', placeholder: 'level', default: 'info', help: LOG_LEVELS_HELP },
      { name: 'json', help: 'with inspect: the report as JSON' },
    ],
  },
] as const satisfies readonly FlagGroup[];

/** The name of a flag. */
export type FlagName = (typeof FLAG_GROUPS)[number]['flags'][number]['name'];

/** Every flag. */
export const FLAGS: readonly Flag[] = FLAG_GROUPS.flatMap(({ flags }): readonly Flag[] => flags);

/** The environment variable of a flag. */
export function environmentName(flag: string): string {
  return `LOCAL_CLOUD_${flag.toUpperCase().replaceAll('-', '_')}`;
}

const WIDTH = 30;

/** The text of `--help`. */
export function helpText(): string {
  const rows = (FLAG_GROUPS as readonly FlagGroup[]).flatMap(({ title, flags }) => [
    `${title}:`,
    ...flags.flatMap((flag) => {
      const left = `  --${flag.placeholder === undefined ? `[no-]${flag.name}` : `${flag.name} <${flag.placeholder}>`}`;
      const notes = [
        flag.default === undefined ? '' : ` (${flag.default})`,
        flag.repeatable ? ' (repeatable)' : '',
        flag.name === 'strict' ? ' (on where CI is set)' : '',
      ].join('');
      const lines = wrap(`${flag.help}${notes} [${environmentName(flag.name)}]`, 110 - WIDTH);
      const first = left.length < WIDTH ? [`${left.padEnd(WIDTH)}${lines.shift() ?? ''}`] : [left];
      return [...first, ...lines.map((line) => ' '.repeat(WIDTH) + line)];
    }),
    '',
  ]);
  return [
    'Runs CloudFormation templates on this machine: CloudFront, API Gateway, Cognito, S3, DynamoDB and containers.',
    '',
    'Usage: local-cloud [flags]          run, until Ctrl-C',
    '       local-cloud inspect [flags]  say what is interpreted, accepted without effect, and not supported',
    '       local-cloud --help           this text',
    '',
    'File names are relative to the current directory, defaults to the workspace. [NAME] is the environment twin of',
    'a flag; one that is repeatable has a value a line, one that is on or off is true or false.',
    '',
    ...rows,
  ].join('\n');
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
