import { join } from 'node:path';
import { readSynthesizedStack } from '../assembly/assembly';
import type { Template } from '../assembly/template';
import { CheckList } from '../checks/check-list';
import { type Connection, checkConnection } from '../checks/connection';
import { assembly, profile, region, stage, yes } from '../command-line/common-options';
import { defineCommand } from '../command-line/command';
import { confirmByName } from '../confirmation';
import type { Context } from '../context';
import { removeOutputs } from '../deploy/outputs-file';
import { CdkFailed, NotConfirmed, StackRefuses } from '../errors';
import {
  type DeployedResource,
  type DeployedStack,
  deployedStages,
  deployedTemplate,
  describeStack,
  listResources,
} from '../stack/deployed-stack';
import { type RetainedResource, retainedResources, shortType } from '../stack/retained-resources';
import { ABSENT, StackWatch, isInProgress } from '../stack/stack-watch';
import { removeAccounts } from '../users/account-file';
import { bucketsToEmpty } from './doomed-buckets';
import { emptyBucket } from './empty-bucket';

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
    const { name } = readSynthesizedStack(join(directory, values.assembly), values.stage);
    const checks = new CheckList(terminal);
    const connection = await checkConnection(checks, values, context);
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
    await emptyBuckets(bucketsToEmpty(template), resources, connection, context);
    await deleteStack(stack, template, values, connection, context);
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
    ...(kept.length === 0
      ? ['  stays   nothing of this stage']
      : kept.map((one, index) => `  ${index === 0 ? 'stays ' : '      '}  ${describeKept(one, resources)}`)),
    `  stays   what the CDK shares between stages: the stack CDKToolkit, with this stage's published files and images`,
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

async function emptyBuckets(
  logicalIds: readonly string[],
  resources: ReadonlyMap<string, DeployedResource>,
  { clients }: Connection,
  { terminal, interruption }: Context,
): Promise<void> {
  for (const logicalId of logicalIds) {
    const bucket = resources.get(logicalId)?.physicalId;
    if (!bucket) continue;
    terminal.print(`Emptying ${bucket} …`);
    const count = await emptyBucket(clients.s3, bucket, {
      signal: interruption.signal,
      progress: (deleted) => terminal.print(`  ${deleted} deleted`),
    });
    if (count === 0) terminal.print('  it was empty');
  }
}

async function deleteStack(
  stack: DeployedStack,
  template: Template,
  values: { readonly stage: string; readonly assembly: string },
  connection: Connection,
  context: Context,
): Promise<void> {
  const { cdk, interruption, terminal } = context;
  const { clients, env, links } = connection;
  const watch = new StackWatch(
    // By its id it can be looked at when it is gone, too.
    () => describeStack(clients.cloudFormation, stack.id, AbortSignal.timeout(4000)),
    stack,
  );
  interruption.means(() => whatInterruptionMeans(stack, values.stage, watch, connection));
  const attempt = async (): Promise<number> => {
    const args = ['destroy', '--app', values.assembly, '--force', stack.name];
    const exitCode = await cdk({ args, env, interruption });
    if (interruption.by) {
      terminal.complain(`${stack.name} is now ${await watch.update()}.`);
      interruption.signal.throwIfAborted();
    }
    return exitCode;
  };
  await watch.during(
    (async () => {
      let exitCode = await attempt();
      if ((await watch.update()) === 'DELETE_FAILED') {
        // Logs may be delivered to a bucket after it was emptied.
        const failed = await failedResources(stack, connection, interruption.signal);
        const buckets = failed
          .filter(({ type }) => type === 'AWS::S3::Bucket')
          .map(({ logicalId }) => logicalId);
        const doomed = buckets.filter((id) => template.Resources[id]?.DeletionPolicy !== 'Retain');
        if (doomed.length > 0) {
          terminal.print(
            '\nBuckets were not empty when their turn came; emptying them and trying once more.',
          );
          await emptyBuckets(doomed, new Map(failed.map((one) => [one.logicalId, one])), connection, context);
          exitCode = await attempt();
        }
      }
      const status = await watch.update();
      if (exitCode !== 0 || ![ABSENT, 'DELETE_COMPLETE'].includes(status)) {
        const failed = await failedResources(stack, connection, interruption.signal);
        const names = failed.map(({ type, physicalId }) => `${shortType(type)} ${physicalId}`).join(', ');
        throw new CdkFailed(
          `cdk destroy ended with ${exitCode}; ${stack.name} is now ${status}.${names ? ` Not deleted: ${names}.` : ''}`,
          {
            remedy: `${links.stack(stack.id)} says why; then npx nx destroy infra --stage=${values.stage} again`,
          },
        );
      }
    })(),
  );
}

async function failedResources(
  stack: DeployedStack,
  { clients }: Connection,
  signal: AbortSignal,
): Promise<DeployedResource[]> {
  const resources = await listResources(clients.cloudFormation, stack, signal);
  return [...resources.values()].filter(({ status }) => status === 'DELETE_FAILED');
}

function whatInterruptionMeans(
  { name, id }: DeployedStack,
  stage: string,
  watch: StackWatch,
  { links }: Connection,
): string {
  const { status, ageSeconds } = watch.last;
  const seen = `${name} was ${status} ${ageSeconds} s ago`;
  return isInProgress(status)
    ? `The CDK is told to stop, and CloudFormation goes on deleting without it: ${seen}.\n  See it end at ${links.stack(id)}`
    : `The CDK is told to stop: ${seen}. npx nx destroy infra --stage=${stage} starts again.`;
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
