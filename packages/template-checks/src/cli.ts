import { basename, resolve } from 'node:path';
import {
  CodedError,
  MalformedTemplateError,
  mergeNested,
  readAssembly,
  readTemplateFile,
  selectStack,
  type StackAssembly,
} from '@spa-on-aws/cloudformation';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { costOf, DEFAULT_LOADS, pricesOf } from './cost/cost';
import { parseRequests, renderCost } from './cost/cost-report';
import { type PriceList, readPrices, SNAPSHOT_ONLY } from './cost/price-list';
import { PRICES_AS_OF, PRICES_REGION } from './cost/prices';
import { painter, renderReport, toJsonReport } from './report';
import { GROUPS, selectRules, UnknownRuleError } from './rule';
import { RULES } from './rules';
import { toSarif } from './sarif';
import { verifyTemplate } from './verify';

/** Input and output of the command line. */
export interface CliContext {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Directory to which relative paths refer. */
  readonly cwd: string;
  readonly color: boolean;
  /**
   * Gives access to AWS’s price list, for `cost`. Default: only the prices of the snapshot.
   *
   * @param region region that the stack fixes
   */
  readonly priceList?: (region: string | undefined) => Promise<PriceList>;
}

interface StackOptions {
  readonly assembly: string;
  readonly stack?: string;
  readonly template?: string;
}

interface VerifyFlags extends StackOptions {
  readonly deployed?: string;
  readonly only?: string;
  readonly skipCfnLint?: boolean;
  readonly json?: boolean;
  readonly sarif?: boolean;
}

interface CostFlags extends StackOptions {
  readonly requests: readonly number[];
  readonly withoutFree?: boolean;
  readonly details?: boolean;
  readonly markdown?: boolean;
}

/**
 * Runs a command line such as `verify --only https-only`.
 *
 * @returns the exit code: 0 for success, 1 for findings or unreadable files, 2 for a wrong command line
 */
export async function runTemplateChecks(args: readonly string[], context: CliContext): Promise<0 | 1 | 2> {
  let exitCode: 0 | 1 = 0;
  const program = new Command('template-checks')
    .description('Checks CloudFormation templates, and estimates what they cost. Needs no AWS account.')
    .addHelpText(
      'after',
      '\nCommands have a --help of their own. Exit codes: 0 success, 1 findings or unreadable files, 2 wrong usage.',
    )
    .exitOverride()
    .showHelpAfterError('(add --help for all options)')
    .configureOutput({ writeOut: context.stdout, writeErr: context.stderr });
  const command = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .option('--assembly <directory>', 'cloud assembly, as cdk synth writes it', 'cdk.out')
      .option('--stack <name>', 'stack in the assembly; not needed when there is only one')
      .option('--template <file>', 'template in JSON or YAML to use instead of an assembly');

  command('verify', 'Checks a template against the rules. Exits with 1 when a rule fails.')
    .option('--deployed <file>', 'the deployed template: checks that changed methods will be deployed')
    .option('--only <rule>', `rule id, behavior row (CF-METH-02) or group (${GROUPS.join(', ')})`, parseRule)
    .option('--skip-cfn-lint', 'do not run cfn-lint, even when it is installed')
    .option('--json', 'print the report as JSON')
    .addOption(new Option('--sarif', 'print the report as SARIF 2.1.0, for code hosts').conflicts('json'))
    .addHelpText(
      'after',
      examples('verify --stack my-app', 'verify --template template.yaml --only reachability'),
    )
    .action(async (flags: VerifyFlags) => {
      const stack = await readStack(flags, context);
      const deployed = flags.deployed === undefined ? undefined : await readTemplate(flags.deployed, context);
      const { only, json, sarif, skipCfnLint } = flags;
      const report = await verifyTemplate(stack, { deployed, only, cfnLint: !skipCfnLint, env: context.env });
      const data = sarif ? toSarif(report, context.cwd) : json ? toJsonReport(report) : undefined;
      const text = data === undefined ? renderReport(report, context) : JSON.stringify(data, null, 2);
      context.stdout(`${text}\n`);
      exitCode = report.ok ? 0 : 1;
    });

  command(
    'cost',
    `Estimates what a template costs per month, with prices of ${PRICES_REGION} as of ${PRICES_AS_OF}.`,
  )
    .addOption(
      new Option('--requests <numbers>', 'API requests per second, a column for each; 0 is idle')
        .argParser(parseLoads)
        .default(DEFAULT_LOADS, DEFAULT_LOADS.join(',')),
    )
    .option('--without-free', 'as if other stacks of the account used up its free units')
    .option('--details', 'add quantities, assumptions, and prices with their sources')
    .option('--markdown', 'print the table in Markdown')
    .addHelpText('after', examples('cost --stack my-app', 'cost --template template.yaml --requests 0,50'))
    .action(async (flags: CostFlags) => {
      const stack = await readStack(flags, context);
      const { requests, withoutFree, details = false, markdown = false } = flags;
      const template = mergeNested(stack);
      const list = await context.priceList?.(stack.region);
      const prices = list ? await readPrices(pricesOf(template, requests), list) : SNAPSHOT_ONLY;
      const report = costOf(template, { requestsPerSecond: requests, freeTier: !withoutFree, prices });
      const text = renderCost(stack.name, report, { color: context.color, details, markdown, prices });
      context.stdout(`${text}\n`);
    });

  try {
    for (const one of program.commands) readEnvironment(one, context.env);
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has printed its own errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof CodedError)) throw error;
    context.stderr(`${painter(context.color)('red', '✖')} ${error.message} (${error.code})\n`);
    return 1;
  }
}

function examples(...lines: readonly string[]): string {
  return ['', 'Examples:', ...lines.map((line) => `  template-checks ${line}`)].join('\n');
}

function parseRule(word: string): string {
  try {
    selectRules(RULES, word);
    return word;
  } catch (error) {
    throw error instanceof UnknownRuleError ? new InvalidArgumentError(error.message) : error;
  }
}

function parseLoads(text: string): readonly number[] {
  const numbers = parseRequests(text);
  if (!numbers) throw new InvalidArgumentError('Use numbers such as 0,1,10,1000.');
  return numbers;
}

/** Takes options from environment variables, which are shown in the help; the command line overrides them. */
function readEnvironment(command: Command, env: CliContext['env']): void {
  for (const option of command.options) {
    const variable = `TEMPLATE_CHECKS_${option.name().toUpperCase().replaceAll('-', '_')}`;
    option.description += ` [${variable}]`;
    const text = env[variable];
    if (!text) continue;
    try {
      const value = option.isBoolean() ? !['0', 'false'].includes(text) : text;
      command.setOptionValueWithSource(
        option.attributeName(),
        typeof value === 'string' && option.parseArg ? option.parseArg(value, undefined) : value,
        'env',
      );
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      command.error(`error: ${variable} '${text}' is invalid. ${error.message}`);
    }
  }
}

async function readStack(
  { assembly, stack, template }: StackOptions,
  context: CliContext,
): Promise<StackAssembly> {
  if (template !== undefined) return readTemplate(template, context);
  const directory = resolve(context.cwd, assembly);
  const remedy = 'Synthesize the app first (npx cdk synth), or set --assembly or --template.';
  return withResources(selectStack(await readAssembly(directory, { remedy }), stack, directory));
}

async function readTemplate(file: string, { cwd }: CliContext): Promise<StackAssembly> {
  const remedy = 'Set --template to an existing CloudFormation template.';
  return withResources(await readTemplateFile(resolve(cwd, file), basename(file), { remedy }));
}

function withResources(stack: StackAssembly): StackAssembly {
  if (stack.template.resources.length > 0) return stack;
  throw new MalformedTemplateError(stack.templateFile, 'the template has no Resources.');
}
