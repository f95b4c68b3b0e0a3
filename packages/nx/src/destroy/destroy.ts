import { type Connection, requireConnection } from '../aws/connection';
import { StackNotReadyError } from '../errors';
import { type Executor, type StageOptions, stackNameOf } from '../executor';
import { removeOutputs } from '../outputs';
import { deleteReleases } from '../rollback/releases';
import { retainedResources, shortType } from '../stack/assembly';
import {
  type DeployedStack,
  deployedStagesNote,
  deployedTemplate,
  describeStack,
  listResources,
} from '../stack/deployed-stack';
import { isInProgress } from '../stack/stack-watch';
import { confirm } from '../terminal';
import { deleteStack } from './delete-stack';
import { bucketsToEmpty, emptyBucket } from './empty-buckets';

/** Deletes a stage. It needs no assembly: everything that it must know is in the deployed stack. */
export const destroy: Executor<StageOptions> = {
  async run(options, context) {
    const { stage } = options;
    const { terminal, interruption, projectRoot } = context;
    const { signal } = interruption;
    const name = stackNameOf(options);
    const connection = await requireConnection(options, context);
    const { clients, description } = connection;

    const stack = await describeStack(clients, name, signal);
    if (!stack) {
      await removeOutputs(projectRoot, stage, connection);
      const note = await deployedStagesNote(clients, options, signal);
      terminal.print(`\nThere is nothing to destroy: ${description} has no stack ${name}.${note}`);
      return;
    }
    assertDeletable(stack, stage, connection);
    const template = await deployedTemplate(stack, clients, signal);
    const resources = await listResources(clients, stack, signal);
    const retained = retainedResources(template).map(({ logicalId, type, content, policy }) => {
      const physicalId = resources.get(logicalId)?.PhysicalResourceId || logicalId;
      return `${shortType(type)} ${physicalId}, with ${content}: its deletion policy is ${policy}`;
    });
    terminal.print(
      [
        '',
        terminal.paint('bold', `Destroy ${name}`) + ` in ${description}`,
        `  delete  ${resources.size - retained.length} resources with their content`,
        ...retained.map((resource) => `  retain  ${resource}`),
        '  retain  the CDK’s files and images, which all stages share (stack CDKToolkit)',
        '',
      ].join('\n'),
    );
    const question = `Type ${stage} to destroy it:`;
    await confirm({ question, name: stage, executor: 'destroy' }, options, context);

    interruption.setConsequences(() => `${name} was not changed, but its buckets may be empty.`);
    for (const logicalId of bucketsToEmpty(template)) {
      const bucket = resources.get(logicalId)?.PhysicalResourceId;
      if (bucket) await emptyBucket(bucket, clients, context);
    }
    await deleteStack(stack, stage, connection, context);
    await deleteReleases(clients, name, signal);
    await removeOutputs(projectRoot, stage, connection);
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
