import { setTimeout } from 'node:timers/promises';
import { DeleteStackCommand, type StackResourceSummary } from '@aws-sdk/client-cloudformation';
import type { Connection } from '../aws/connection';
import { StackNotDeletedError } from '../errors';
import { type Context, nxCommand } from '../executor';
import { shortType } from '../stack/assembly';
import { type DeployedStack, describeStack, listResources } from '../stack/deployed-stack';
import { finishedResources, firstCause, lastOperation } from '../stack/stack-events';
import { isInProgress } from '../stack/stack-watch';
import { emptyBucket } from './empty-buckets';

/** Delays between two requests for the state of the stack. The last one is repeated. */
const POLL_MS = [500, 1000, 2000, 5000];

/**
 * Deletes a stack, prints each resource that is deleted, and waits for the end.
 *
 * AWS may deliver logs to a bucket after it was emptied, and CloudFormation then cannot delete it. Such buckets are
 * emptied again, and the deletion is repeated once.
 *
 * @throws {StackNotDeletedError} with the resources that cannot be deleted
 */
export async function deleteStack(
  stack: DeployedStack,
  stage: string,
  { clients, links }: Connection,
  context: Context,
): Promise<void> {
  const { interruption, terminal } = context;
  const { signal } = interruption;
  const { id, name } = stack;
  const destroyCommand = nxCommand(context, 'destroy', stage);
  interruption.setConsequences(() =>
    [
      `CloudFormation continues the deletion of ${name}.`,
      `  See its progress at ${links.stack(id)}`,
      `  Then delete the rest with ${destroyCommand}.`,
    ].join('\n'),
  );
  const remainingResources = async (): Promise<StackResourceSummary[]> => {
    const resources = await listResources(clients, stack, signal);
    return [...resources.values()].filter(({ ResourceStatus }) => ResourceStatus === 'DELETE_FAILED');
  };

  let status = await attempt(stack, clients, context);
  if (status === 'DELETE_FAILED') {
    const remaining = await remainingResources();
    const buckets = remaining.filter(({ ResourceType }) => ResourceType === 'AWS::S3::Bucket');
    if (buckets.length > 0) {
      terminal.print('\nBuckets were not empty. Emptying them and deleting the stack again.');
      for (const { PhysicalResourceId = '' } of buckets)
        await emptyBucket(PhysicalResourceId, clients, context);
      status = await attempt(stack, clients, context);
    }
  }
  if (status === 'DELETE_COMPLETE') return;
  const names = (await remainingResources()).map(
    ({ ResourceType, PhysicalResourceId }) => `${shortType(ResourceType)} ${PhysicalResourceId}`,
  );
  const cause = firstCause(await lastOperation(clients, stack, signal));
  throw new StackNotDeletedError(
    [
      `${name} is ${status}.`,
      ...(names.length > 0 ? [`Not deleted: ${names.join(', ')}.`] : []),
      ...(cause ? [`First cause: ${cause.name}: ${cause.reason}`] : []),
    ].join(' '),
    `see all events at ${links.stack(id)}, then run ${destroyCommand} again`,
  );
}

/** Requests the deletion, prints its progress and returns the status of the stack at the end. */
async function attempt(
  stack: DeployedStack,
  clients: Connection['clients'],
  { interruption: { signal }, terminal }: Context,
): Promise<string> {
  terminal.print(`\nDeleting ${stack.name} …`);
  await clients.cloudFormation.send(new DeleteStackCommand({ StackName: stack.id }), { abortSignal: signal });
  const printed = new Set<string>();
  for (let poll = 0; ; poll += 1) {
    // CloudFormation describes a deleted stack by its id, but not by its name.
    const status = (await describeStack(clients, stack.id, signal))?.status ?? 'DELETE_COMPLETE';
    for (const resource of finishedResources(await lastOperation(clients, stack, signal))) {
      if (printed.has(resource.eventId)) continue;
      printed.add(resource.eventId);
      terminal.print(`  ${resource.status}  ${resource.name}, after ${resource.seconds} s`);
    }
    if (!isInProgress(status)) return status;
    await setTimeout(POLL_MS[poll] ?? POLL_MS.at(-1), undefined, { signal });
  }
}
