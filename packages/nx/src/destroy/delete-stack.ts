import type { StackResourceSummary } from '@aws-sdk/client-cloudformation';
import type { Connection } from '../aws/connection';
import { CdkFailedError } from '../errors';
import { type Context, nxCommand, type StageOptions } from '../executor';
import { shortType } from '../stack/assembly';
import { type DeployedStack, describeStack, listResources } from '../stack/deployed-stack';
import { StackWatch } from '../stack/stack-watch';
import { emptyBucket } from './empty-buckets';

/**
 * Deletes a stack with the CDK, and waits for the end.
 *
 * AWS may deliver logs to a bucket after it was emptied, and CloudFormation then cannot delete it. Such buckets are
 * emptied again, and the deletion is repeated once.
 *
 * @throws {CdkFailedError} with the resources that cannot be deleted
 */
export async function deleteStack(
  stack: DeployedStack,
  { stage, assembly }: StageOptions,
  { clients, env, links }: Connection,
  context: Context,
): Promise<void> {
  const { interruption, terminal } = context;
  const { id, name } = stack;
  const destroyCommand = nxCommand(context, 'destroy', stage);
  // CloudFormation describes a deleted stack by its id, but not by its name.
  const watch = new StackWatch(name, () => describeStack(clients, id, AbortSignal.timeout(4000)), stack);
  const attempt = (): Promise<number> =>
    watch.runCdk(
      { args: ['destroy', '--app', assembly, '--force', name], env },
      (isChanging, lastStatus) =>
        [
          isChanging
            ? `The CDK stops. CloudFormation continues the deletion without it: ${lastStatus}.`
            : `The CDK stops. ${lastStatus}; a deletion that has started since then continues.`,
          `  See its progress at ${links.stack(id)}`,
          `  Then delete the rest with ${destroyCommand}.`,
        ].join('\n'),
      context,
    );
  const remainingResources = async (): Promise<StackResourceSummary[]> => {
    const resources = await listResources(clients, stack, interruption.signal);
    return [...resources.values()].filter(({ ResourceStatus }) => ResourceStatus === 'DELETE_FAILED');
  };

  let exitCode = await attempt();
  if ((await watch.update()) === 'DELETE_FAILED') {
    const remaining = await remainingResources();
    const buckets = remaining.filter(({ ResourceType }) => ResourceType === 'AWS::S3::Bucket');
    if (buckets.length > 0) {
      terminal.print('\nBuckets were not empty. Emptying them and deleting the stack again.');
      for (const { PhysicalResourceId = '' } of buckets)
        await emptyBucket(PhysicalResourceId, clients, context);
      exitCode = await attempt();
    }
  }
  const status = await watch.update();
  if (exitCode === 0 && status === 'DELETE_COMPLETE') return;
  const names = (await remainingResources()).map(
    ({ ResourceType, PhysicalResourceId }) => `${shortType(ResourceType)} ${PhysicalResourceId}`,
  );
  const note = names.length > 0 ? ` Not deleted: ${names.join(', ')}.` : '';
  throw new CdkFailedError(
    `cdk destroy failed with exit code ${exitCode}, and ${name} is ${status}.${note}`,
    `see the reason at ${links.stack(id)}, then run ${destroyCommand} again`,
  );
}
