import type { Connection } from '../aws/connection';
import { runCdkOnStack } from '../cdk/cdk-cli';
import { type Context, nxCommand } from '../context';
import { CdkFailedError } from '../errors';
import type { StageOptions } from '../executor';
import {
  type DeployedResource,
  type DeployedStack,
  describeStack,
  listResources,
} from '../stack/deployed-stack';
import { shortType } from '../stack/retained-resources';
import { type StackStatus, StackWatch, isInProgress } from '../stack/stack-watch';
import { emptyBuckets } from './empty-buckets';

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
  connection: Connection,
  context: Context,
): Promise<void> {
  const { interruption, terminal } = context;
  const { cloudFormation } = connection.clients;
  const destroyCommand = nxCommand(context, 'destroy', stage);
  const watch = new StackWatch(
    // CloudFormation describes a deleted stack by its id, but not by its name.
    () => describeStack(cloudFormation, stack.id, AbortSignal.timeout(4000)),
    stack,
  );
  const attempt = (): Promise<number> =>
    runCdkOnStack(
      { args: ['destroy', '--app', assembly, '--force', stack.name], env: connection.env },
      stack.name,
      watch,
      (last) => describeConsequences(stack, last, connection, destroyCommand),
      context,
    );
  const remainingResources = async (): Promise<DeployedResource[]> => {
    const resources = await listResources(cloudFormation, stack, interruption.signal);
    return [...resources.values()].filter(({ status }) => status === 'DELETE_FAILED');
  };

  let exitCode = await attempt();
  if ((await watch.update()) === 'DELETE_FAILED') {
    const buckets = (await remainingResources()).filter(({ type }) => type === 'AWS::S3::Bucket');
    if (buckets.length > 0) {
      terminal.print('\nBuckets were not empty. Emptying them and deleting the stack again.');
      await emptyBuckets(buckets, connection, context);
      exitCode = await attempt();
    }
  }
  const status = await watch.update();
  if (exitCode === 0 && status === 'DELETE_COMPLETE') return;
  const names = (await remainingResources()).map(
    ({ type, physicalId }) => `${shortType(type)} ${physicalId}`,
  );
  throw new CdkFailedError(
    `cdk destroy failed with exit code ${exitCode}, and ${stack.name} is ${status}.${
      names.length > 0 ? ` Not deleted: ${names.join(', ')}.` : ''
    }`,
    `see the reason at ${connection.links.stack(stack.id)}, then run ${destroyCommand} again`,
  );
}

function describeConsequences(
  { name, id }: DeployedStack,
  { status, ageSeconds }: StackStatus,
  { links }: Connection,
  destroyCommand: string,
): string {
  const now = `${name} was ${status} ${ageSeconds} s ago`;
  return [
    isInProgress(status)
      ? `The CDK stops. CloudFormation continues the deletion without it: ${now}.`
      : `The CDK stops. ${now}; a deletion that has started since then continues.`,
    `  See its progress at ${links.stack(id)}`,
    `  Then delete the rest with ${destroyCommand}.`,
  ].join('\n');
}
