import {
  DescribeStacksCommand,
  GetTemplateCommand,
  paginateListStackResources,
  paginateListStacks,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import type { AwsClients } from '../aws/clients';
import type { Connection } from '../aws/connection';
import { isDenied } from '../aws/failures';
import { StackNotFoundError } from '../errors';
import { type Context, nxCommand, type StageOptions, stackNameOf } from '../executor';
import type { Template } from './assembly';

/** A stack in CloudFormation. */
export interface DeployedStack {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly changedAt: Date | undefined;
  readonly terminationProtection: boolean;
  readonly outputs: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** Returns whether the first creation of a stack failed. It has no content, and can only be deleted. */
export function wasNeverCreated({ status }: DeployedStack): boolean {
  return status === 'ROLLBACK_COMPLETE' || status === 'CREATE_FAILED';
}

/** Describes a stack by name or id. Returns `undefined` when it does not exist. */
export async function describeStack(
  { cloudFormation }: AwsClients,
  name: string,
  abortSignal: AbortSignal,
): Promise<DeployedStack | undefined> {
  try {
    const request = new DescribeStacksCommand({ StackName: name });
    const [stack] = (await cloudFormation.send(request, { abortSignal })).Stacks ?? [];
    return (
      stack && {
        id: stack.StackId ?? name,
        name,
        status: stack.StackStatus ?? 'UNKNOWN',
        changedAt: stack.LastUpdatedTime ?? stack.CreationTime,
        terminationProtection: stack.EnableTerminationProtection ?? false,
        outputs: Object.fromEntries(
          (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
        ),
        tags: Object.fromEntries((stack.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
      }
    );
  } catch (error) {
    // CloudFormation has no specific error for this.
    const { name: code, message } = error as Error;
    if (code === 'ValidationError' && message.includes('does not exist')) return undefined;
    throw error;
  }
}

/** Returns the template that a stack was deployed with. */
export async function deployedTemplate(
  { id, status }: DeployedStack,
  { cloudFormation }: AwsClients,
  abortSignal: AbortSignal,
): Promise<Template> {
  // A stack under review has a change set, but no template.
  if (status === 'REVIEW_IN_PROGRESS') return { Resources: {} };
  const request = new GetTemplateCommand({ StackName: id, TemplateStage: 'Original' });
  const { TemplateBody = '' } = await cloudFormation.send(request, { abortSignal });
  return JSON.parse(TemplateBody) as Template;
}

/**
 * Describes the stack of a stage.
 *
 * @throws {StackNotFoundError} with the names of the deployed stages
 */
export async function requireStack(
  options: StageOptions,
  { clients, description }: Connection,
  context: Context,
): Promise<DeployedStack> {
  const name = stackNameOf(options);
  const { signal } = context.interruption;
  const stack = await describeStack(clients, name, signal);
  if (stack) return stack;
  throw new StackNotFoundError(
    `Stage ${options.stage} is not deployed in ${description}: there is no stack ${name}.` +
      (await deployedStagesNote(clients, options, signal)),
    `${nxCommand(context, 'deploy', options.stage)}, or select another stage, region or profile`,
  );
}

/** Lists the deployed stages in a sentence; nothing when there is none, or the credentials cannot list stacks. */
export async function deployedStagesNote(
  { cloudFormation: client }: AwsClients,
  { stackName }: StageOptions,
  abortSignal: AbortSignal,
): Promise<string> {
  const [prefix = '', suffix = ''] = stackName.split('{stage}');
  const stages: string[] = [];
  try {
    for await (const { StackSummaries = [] } of paginateListStacks({ client }, {}, { abortSignal })) {
      for (const { StackName = '', StackStatus } of StackSummaries) {
        if (StackStatus !== 'DELETE_COMPLETE' && StackName.startsWith(prefix) && StackName.endsWith(suffix))
          stages.push(StackName.slice(prefix.length, StackName.length - suffix.length));
      }
    }
  } catch (error) {
    if (!isDenied(error)) throw error;
  }
  return stages.length > 0 ? ` Deployed stages: ${stages.sort().join(', ')}.` : '';
}

/** Lists the resources of a stack by logical id. */
export async function listResources(
  { cloudFormation: client }: AwsClients,
  stack: Pick<DeployedStack, 'id'>,
  abortSignal: AbortSignal,
): Promise<Map<string, StackResourceSummary>> {
  const resources = new Map<string, StackResourceSummary>();
  const pages = paginateListStackResources({ client }, { StackName: stack.id }, { abortSignal });
  for await (const { StackResourceSummaries = [] } of pages)
    for (const resource of StackResourceSummaries) resources.set(resource.LogicalResourceId ?? '', resource);
  return resources;
}
