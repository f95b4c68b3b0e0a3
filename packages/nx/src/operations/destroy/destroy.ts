import { resolve } from 'node:path';
import { readSynthesizedStack } from '../assembly/assembly';
import { CheckList } from '../checks/check-list';
import { type Connection, checkConnection, checkEnvironment } from '../checks/connection';
import { assembly, profile, region, stage, yes } from '../command-line/common-options';
import { defineCommand } from '../command-line/command';
import { confirmByName } from '../confirmation';
import type { Context } from '../context';
import { removeOutputs } from '../deploy/outputs-file';
import { NotConfirmed, StackRefuses } from '../errors';
import {
  type DeployedResource,
  type DeployedStack,
  deployedStages,
  deployedTemplate,
  describeStack,
  listResources,
} from '../stack/deployed-stack';
import { type RetainedResource, retainedResources, shortType } from '../stack/retained-resources';
import { isInProgress } from '../stack/stack-watch';
import { removeAccounts } from '../users/account-file';
import { bucketsToEmpty } from './doomed-buckets';
import { deleteStack } from './delete-stack';
import { emptyBuckets } from './empty-bucket';

/** `nx destroy infra` */
export const destroy = defineCommand({
  name: 'destroy',
  summary:
    'Takes a stage away from AWS: says what will stay and why, asks for its name, empties the buckets that go, ' +
    'deletes the stack with the CDK and waits until it is gone. Where nobody can be asked it needs --yes.',
  options: { stage, region, profile, yes, assembly },
  examples: [
    { command: 'npx nx destroy infra', description: 'stage dev' },
    {
      command: 'npx nx destroy infra --stage=pr-12 --yes',
      description: 'a stage of your own, without a question',
    },
  ],
  async run(values, context) {
    const { terminal, interruption, directory } = context;
    const synthesized = readSynthesizedStack(resolve(directory, values.assembly), values.stage);
    const { name } = synthesized;
    const checks = new CheckList(terminal);
    const connection = await checkConnection(checks, { ...values, stackRegion: synthesized.region }, context);
    if (connection) checkEnvironment(checks, synthesized, connection);
    checks.mustHavePassed();
    if (!connection) return;
    const { cloudFormation } = connection.clients;

    const stack = await describeStack(cloudFormation, name, interruption.signal);
    if (!stack) return nothingToDestroy(name, values.stage, connection, context);
    mustBeDeletable(stack, values.stage, connection);
    const template = await deployedTemplate(cloudFormation, stack, interruption.signal);
    const resources = await listResources(cloudFormation, stack, interruption.signal);
    const kept = retainedResources(template);
    terminal.print(plan(stack, kept, resources, connection, terminal.paint));
    await agree(values, context);

    interruption.means(() => `${name} itself has not been touched; buckets may have been emptied.`);
    await emptyBuckets(
      bucketsToEmpty(template).flatMap((id) => resources.get(id) ?? []),
      connection,
      context,
    );
    await deleteStack(stack, values, connection, context);
    await removeOutputs(directory, values.stage);
    await removeAccounts(directory, values.stage);
    terminal.print(farewell(values.stage, kept, resources, connection, terminal.paint));
  },
});

async function nothingToDestroy(
  name: string,
  stage: string,
  { clients, words }: Connection,
  { terminal, interruption, directory }: Context,
): Promise<void> {
  const stages = await deployedStages(clients.cloudFormation, interruption.signal);
  await removeOutputs(directory, stage);
  await removeAccounts(directory, stage);
  terminal.print(
    `\nThere is nothing to destroy: ${words} has no stack ${name}.${
      stages.length > 0 ? ` Deployed there: ${stages.join(', ')}.` : ''
    }`,
  );
}

function mustBeDeletable(stack: DeployedStack, stage: string, { region, links }: Connection): void {
  if (stack.terminationProtection) {
    throw new StackRefuses(
      `Stage ${stage} is protected: ${stack.name} has termination protection. Nothing has been changed.`,
      {
        remedy:
          `if it really has to go: aws cloudformation update-termination-protection ` +
          `--no-enable-termination-protection --stack-name ${stack.name} --region ${region}`,
      },
    );
  }
  if (isInProgress(stack.status) && stack.status !== 'DELETE_IN_PROGRESS') {
    throw new StackRefuses(`${stack.name} is ${stack.status}: somebody else is at work on it.`, {
      remedy: `wait until that has ended (${links.stack(stack.id)}), then start again`,
    });
  }
}

function plan(
  stack: DeployedStack,
  kept: readonly RetainedResource[],
  resources: ReadonlyMap<string, DeployedResource>,
  { words }: Connection,
  paint: Context['terminal']['paint'],
): string {
  return [
    '',
    paint('bold', `Destroy ${stack.name}`) + ` in ${words}`,
    `  goes    ${resources.size - kept.length} resources, and everything in them`,
    ...kept.map((one) => `  stays   ${describeKept(one, resources)}`),
    `  stays   ${kept.length === 0 ? 'nothing else than ' : ''}what the CDK shares between stages (stack CDKToolkit): published files and images`,
    '',
  ].join('\n');
}

function describeKept(
  { logicalId, type, holds, policy }: RetainedResource,
  resources: ReadonlyMap<string, DeployedResource>,
): string {
  const physicalId = resources.get(logicalId)?.physicalId ?? logicalId;
  return `${shortType(type)} ${physicalId}, with ${holds}: its deletion policy is ${policy}`;
}

async function agree(
  { stage, yes }: { readonly stage: string; readonly yes: boolean },
  context: Context,
): Promise<void> {
  if (yes) return;
  if (context.terminal.interactive) return confirmByName(`Type ${stage} to destroy it:`, stage, context);
  throw new NotConfirmed('Nobody is here to be asked, and nothing has been changed.', {
    remedy: `npx nx destroy infra --stage=${stage} --yes`,
  });
}

function farewell(
  stage: string,
  kept: readonly RetainedResource[],
  resources: ReadonlyMap<string, DeployedResource>,
  { words }: Connection,
  paint: Context['terminal']['paint'],
): string {
  return [
    '',
    `${paint('green', '✔')} Stage ${stage} is gone from ${words}.`,
    ...kept.map((one) => `  Left: ${describeKept(one, resources)}`),
  ].join('\n');
}
