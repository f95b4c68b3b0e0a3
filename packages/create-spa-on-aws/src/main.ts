import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { cancel, confirm, group, intro, outro, select, text } from '@clack/prompts';
import { nameProblem, titleOf } from '@spa-on-aws/nx/renamed';
import { createWorkspace, packagedSource, upgradeLocalTools } from './create';
import { CreateError } from './errors';
import { mergeIntoClone } from './merge-into-clone';
import { CAPACITIES, type Options, regionProblem } from './options';

const HELP = `Creates a workspace: a React SPA, its API, and everything they need on AWS, which also runs on this machine.

  npm create spa-on-aws my-shop
  npm create spa-on-aws my-shop -- --region eu-central-1 --capacity fargate --yes

Options:
  --title <title>        title of the pages (the name in words)
  --region <region>      region of all stages (that of the environment)
  --capacity <capacity>  what runs the API: ${CAPACITIES.join(', ')} (ec2)
  --mfa                  every user needs a second factor
  --local-tools          pack the tools of a clone of the repository, instead of installing them from npm
  --from <commit>        with --local-tools: merge the new version into a copy of the repository of this commit
  --yes                  ask nothing
  --help                 show this text
`;

const FLAGS = {
  title: { type: 'string' },
  region: { type: 'string' },
  capacity: { type: 'string' },
  mfa: { type: 'boolean' },
  'local-tools': { type: 'boolean' },
  from: { type: 'string' },
  yes: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CreateError)) throw error;
  process.stderr.write(`${error.message} (${error.code})\n`);
  process.exitCode = 1;
}

async function main(args: string[]): Promise<void> {
  const { values, positionals } = parsed(args);
  if (values.help) return void process.stdout.write(HELP);
  const given = { ...values, name: positionals[0] };
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
  if (positionals.length > 1 || (positionals.length === 0 && (values.yes || !isTerminal))) {
    throw new CreateError('ERR_OPTION', 'Give one name: npm create spa-on-aws my-shop');
  }
  const source = await packagedSource(values['local-tools'] ?? false);
  const [existing] = positionals.filter((name) => existsSync(path.join(name, 'package.json')));
  if (values.from !== undefined) {
    if (existing === undefined)
      throw new CreateError('ERR_OPTION', '--from needs the folder of a workspace.');
    const sentences = await mergeIntoClone(path.resolve(existing), values.from, withDefaults(given), source);
    process.stdout.write(`${sentences.join('\n')}\n`);
    return tell(existing, 'has the new version', 'npm install && npm run format && npm test');
  }
  if (existing !== undefined && values['local-tools']) {
    await upgradeLocalTools(path.resolve(existing), source);
    return tell(existing, 'has the tools of this clone', 'npm install && npx nx migrate --run-migrations');
  }
  const options = values.yes || !isTerminal ? withDefaults(given) : await ask(given);
  if (options === undefined) return;
  await createWorkspace(path.resolve(options.name), options, source);
  tell(options.name, 'is ready', 'npm install && npx nx serve');
}

/** Prints what happened to a workspace, and what to do next. */
function tell(directory: string, what: string, commands: string): void {
  process.stdout.write(`\n${path.resolve(directory)} ${what}. Next:\n\n  cd ${directory}\n  ${commands}\n\n`);
}

type Given = ReturnType<typeof parsed>['values'] & { readonly name: string | undefined };

function parsed(args: string[]) {
  try {
    return parseArgs({ args, options: FLAGS, allowPositionals: true });
  } catch (error) {
    throw new CreateError('ERR_OPTION', `${(error as Error).message}. See --help.`, { cause: error });
  }
}

function withDefaults({
  name = '',
  title = titleOf(name),
  region,
  capacity = 'ec2',
  mfa = false,
}: Given): Options {
  return { name, title, region, capacity: capacity as Options['capacity'], mfa };
}

/** Asks for what is not given. Returns `undefined` when the user cancels. */
async function ask(given: Given): Promise<Options | undefined> {
  intro('A React SPA and its API on AWS');
  const initial = withDefaults(given);
  const questions = {
    name: () =>
      text({
        message: 'Name of the folder and the stacks',
        placeholder: 'my-shop',
        validate: (name = '') => nameProblem(name),
      }),
    title: ({ results }: { results: { name?: string } }) =>
      text({ message: 'Title of the pages', initialValue: titleOf(results.name ?? initial.name) }),
    region: () =>
      text({
        message: 'AWS region (empty: that of the environment)',
        defaultValue: '',
        validate: (region = '') => (region === '' ? undefined : regionProblem(region)),
      }),
    capacity: () =>
      select({
        message: 'What runs the API',
        options: [
          { value: 'ec2' as const, label: 'containers on EC2 instances' },
          { value: 'fargate' as const, label: 'containers on Fargate' },
          { value: 'lambda' as const, label: 'a Lambda function' },
        ],
      }),
    mfa: () => confirm({ message: 'Must every user have a second factor?', initialValue: false }),
  };
  const open = Object.fromEntries(
    Object.entries(questions).filter(([key]) => given[key as keyof typeof questions] === undefined),
  ) as typeof questions;
  let isCancelled = false;
  const answers = await group(open, {
    onCancel: () => {
      isCancelled = true;
      cancel('Nothing was written.');
    },
  });
  if (isCancelled) return undefined;
  outro('Writing the workspace');
  const { region, ...rest } = { ...initial, ...answers };
  return { ...rest, region: region === '' ? undefined : region };
}
