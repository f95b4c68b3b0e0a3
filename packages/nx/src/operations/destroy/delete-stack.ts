import { runCdkOnStack } from '../cdk/run-on-stack';
import type { Connection } from '../checks/connection';
import type { Context } from '../context';
import { CdkFailed } from '../errors';
import {
  type DeployedResource,
  type DeployedStack,
  describeStack,
  listResources,
} from '../stack/deployed-stack';
import { shortType } from '../stack/retained-resources';
import { type Sighting, StackWatch, isInProgress } from '../stack/stack-watch';
import { emptyBuckets } from './empty-bucket';

/**
 * Deletes a stack with the CDK, and waits until it is gone.
 *
 * Logs may be delivered to a bucket after it was emptied, and CloudFormation then cannot delete it: such buckets are
 * emptied once more, and the deletion is repeated once.
 *
 * @throws {CdkFailed} naming what could not be deleted
 */
export async function deleteStack(
  stack: DeployedStack,
  values: { readonly stage: string; readonly assembly: string },
  connection: Connection,
  context: Context,
): Promise<void> {
  const { interruption, terminal } = context;
  const { cloudFormation } = connection.clients;
  // By its id it can be looked at when it is gone, too.
  const look = () => describeStack(cloudFormation, stack.id, AbortSignal.timeout(4000));
  const watch = new StackWatch(look, stack);
  const attempt = (): Promise<number> =>
    runCdkOnStack(
      { args: ['destroy', '--app', values.assembly, '--force', stack.name], env: connection.env },
      stack.name,
      watch,
      (last) => whatInterruptionMeans(stack, values.stage, last, connection),
      context,
    );
  const leftOver = async (): Promise<DeployedResource[]> => {
    const resources = await listResources(cloudFormation, stack, interruption.signal);
    return [...resources.values()].filter(({ status }) => status === 'DELETE_FAILED');
  };

  let exitCode = await attempt();
  if ((await watch.update()) === 'DELETE_FAILED') {
    const buckets = (await leftOver()).filter(({ type }) => type === 'AWS::S3::Bucket');
    if (buckets.length > 0) {
      terminal.print('\nBuckets were not empty when their turn came: emptying them, and once more.');
      await emptyBuckets(buckets, connection, context);
      exitCode = await attempt();
    }
  }
  const status = await watch.update();
  if (exitCode === 0 && status === 'DELETE_COMPLETE') return;
  const names = (await leftOver()).map(({ type, physicalId }) => `${shortType(type)} ${physicalId}`);
  throw new CdkFailed(
    `cdk destroy ended with ${exitCode}, and ${stack.name} is ${status}.${
      names.length > 0 ? ` Not deleted: ${names.join(', ')}.` : ''
    }`,
    {
      remedy: `see why at ${connection.links.stack(stack.id)}, then npx nx destroy infra --stage=${values.stage} again`,
    },
  );
}

function whatInterruptionMeans(
  { name, id }: DeployedStack,
  stage: string,
  { status, ageSeconds }: Sighting,
  { links }: Connection,
): string {
  return [
    isInProgress(status)
      ? `The CDK stops. CloudFormation goes on deleting without it: ${name} was ${status} ${ageSeconds} s ago.`
      : `The CDK stops. ${name} was ${status} ${ageSeconds} s ago; a deletion that has begun since then goes on.`,
    `  See what it does at ${links.stack(id)}`,
    `  Then npx nx destroy infra --stage=${stage} does the rest.`,
  ].join('\n');
}
