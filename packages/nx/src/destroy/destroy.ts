import { type Connection, checkConnection } from '../aws/connection';
import { CheckList } from '../check-list';
import { confirmByName } from '../confirm';
import { type Context, nxCommand } from '../context';
import { NotConfirmedError, StackNotReadyError } from '../errors';
import type { Executor, StageOptions } from '../executor';
import { removeOutputs } from '../outputs';
import { readStageAssembly } from '../stack/assembly';
import {
  type DeployedResource,
  type DeployedStack,
  deployedStages,
  deployedStagesNote,
  deployedTemplate,
  describeStack,
  listResources,
} from '../stack/deployed-stack';
import { type RetainedResource, retainedResources, shortType } from '../stack/retained-resources';
import { isInProgress } from '../stack/stack-watch';
import { deleteStack } from './delete-stack';
import { bucketsToEmpty, emptyBuckets } from './empty-buckets';

/** Deletes a stage. */
export const destroy: Executor<StageOptions> = {
  async run(options, context) {
    const { stage } = options;
    const { terminal, interruption, projectRoot } = context;
    const { signal } = interruption;
    const synthesized = await readStageAssembly(options, context);
    const { name } = synthesized;
    const checks = new CheckList(terminal);
    const connection = await checkConnection(checks, { ...options, stack: synthesized }, context);
    checks.assertPassed();
    if (!connection) return;
    const { clients, description } = connection;
    const { cloudFormation } = clients;

    const stack = await describeStack(cloudFormation, name, signal);
    if (!stack) {
      await removeOutputs(projectRoot, stage);
      const stages = await deployedStages(cloudFormation, options, signal);
      const note = deployedStagesNote(stages);
      terminal.print(`\nThere is nothing to destroy: ${description} has no stack ${name}.${note}`);
      return;
    }
    assertDeletable(stack, stage, connection);
    const template = await deployedTemplate(cloudFormation, stack, signal);
    const resources = await listResources(cloudFormation, stack, signal);
    const retained = retainedResources(template).map((resource) => describeRetained(resource, resources));
    terminal.print(plan(stack, retained, resources.size, connection, terminal.paint));
    await confirmDeletion(options, context);

    interruption.setConsequences(() => `${name} was not changed, but its buckets may be empty.`);
    const buckets = bucketsToEmpty(template).flatMap((id) => resources.get(id) ?? []);
    await emptyBuckets(buckets, connection, context);
    await deleteStack(stack, options, connection, context);
    await removeOutputs(projectRoot, stage);
    terminal.print(
      [
        `\n${terminal.paint('green', '✔')} Stage ${stage} is deleted from ${description}.`,
        ...retained.map((resource) => `  Retained: ${resource}`),
      ].join('\n'),
    );
  },
};

function assertDeletable(stack: DeployedStack, stage: string, { region, links }: Connection): void {
  if (stack.terminationProtection) {
    throw new StackNotReadyError(
      `Stage ${stage} is protected: ${stack.name} has termination protection. Nothing was changed.`,
      `to delete it anyway, run aws cloudformation update-termination-protection ` +
        `--no-enable-termination-protection --stack-name ${stack.name} --region ${region}`,
    );
  }
  if (isInProgress(stack.status) && stack.status !== 'DELETE_IN_PROGRESS') {
    throw new StackNotReadyError(
      `${stack.name} is ${stack.status}: another operation is changing it.`,
      `wait until it has finished (${links.stack(stack.id)}), then run this again`,
    );
  }
}

function plan(
  stack: DeployedStack,
  retained: readonly string[],
  resourceCount: number,
  { description }: Connection,
  paint: Context['terminal']['paint'],
): string {
  return [
    '',
    paint('bold', `Destroy ${stack.name}`) + ` in ${description}`,
    `  delete  ${resourceCount - retained.length} resources with their content`,
    ...retained.map((resource) => `  retain  ${resource}`),
    '  retain  the CDK’s files and images, which all stages share (stack CDKToolkit)',
    '',
  ].join('\n');
}

function describeRetained(
  { logicalId, type, content, policy }: RetainedResource,
  resources: ReadonlyMap<string, DeployedResource>,
): string {
  const physicalId = resources.get(logicalId)?.physicalId ?? logicalId;
  return `${shortType(type)} ${physicalId}, with ${content}: its deletion policy is ${policy}`;
}

async function confirmDeletion({ stage, yes }: StageOptions, context: Context): Promise<void> {
  if (yes) return;
  if (context.terminal.interactive) return confirmByName(`Type ${stage} to destroy it:`, stage, context);
  throw new NotConfirmedError(
    'There is no terminal to ask for confirmation. Nothing was changed.',
    `${nxCommand(context, 'destroy', stage)} --yes`,
  );
}
