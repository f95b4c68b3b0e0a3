import { paginateDescribeStackEvents, type StackEvent } from '@aws-sdk/client-cloudformation';
import type { AwsClients } from '../aws/clients';
import { isDenied } from '../aws/failures';
import { shortType } from './assembly';
import type { DeployedStack } from './deployed-stack';

/**
 * Returns the events of the last operation that a user started on a stack, oldest first; none when the credentials cannot
 * read events.
 */
export async function lastOperation(
  { cloudFormation: client }: AwsClients,
  { id }: Pick<DeployedStack, 'id'>,
  abortSignal: AbortSignal,
): Promise<StackEvent[]> {
  const events: StackEvent[] = [];
  const pages = paginateDescribeStackEvents({ client }, { StackName: id }, { abortSignal });
  try {
    for await (const { StackEvents = [] } of pages) {
      for (const event of StackEvents) {
        events.unshift(event);
        if (event.PhysicalResourceId === id && event.ResourceStatusReason === 'User Initiated') return events;
      }
    }
  } catch (error) {
    if (!isDenied(error)) throw error;
  }
  return events;
}

/** A resource that CloudFormation has created, updated or deleted. */
export interface FinishedResource {
  readonly eventId: string;
  /** `S3::Bucket SiteBucket` */
  readonly name: string;
  readonly type: string;
  readonly physicalId: string;
  readonly status: string;
  readonly seconds: number;
  readonly reason: string | undefined;
}

/** Lists the resources that an operation has finished, each with its duration, in the order of their ends. */
export function finishedResources(events: readonly StackEvent[]): FinishedResource[] {
  const starts = new Map<string, number>();
  return events.flatMap((event) => {
    const { EventId: eventId = '', LogicalResourceId: id = '', ResourceStatus: status = '' } = event;
    if (event.PhysicalResourceId === event.StackId) return [];
    const at = event.Timestamp?.getTime() ?? 0;
    if (status.endsWith('_IN_PROGRESS')) {
      if (!starts.has(id)) starts.set(id, at);
      return [];
    }
    const seconds = Math.round((at - (starts.get(id) ?? at)) / 1000);
    starts.delete(id);
    const { ResourceType: type = '', PhysicalResourceId: physicalId = '' } = event;
    const name = `${shortType(type)} ${id}`;
    return [{ eventId, name, type, physicalId, status, seconds, reason: event.ResourceStatusReason }];
  });
}

/** Returns the failure that caused the others: CloudFormation cancels the resources that it has not finished then. */
export function firstCause(events: readonly StackEvent[]): FinishedResource | undefined {
  return finishedResources(events).find(
    ({ status, reason = '' }) => status.endsWith('_FAILED') && !/cancelled/i.test(reason),
  );
}
