import {
  type CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  paginateListStackResources,
  paginateListStacks,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import type { Connection } from '../aws/connection';
import { isDenied } from '../aws/failures';
import { type Context, nxCommand } from '../context';
import { StackNotFoundError } from '../errors';
import { type StageOptions, stackNameOf } from '../executor';
import type { Template } from './assembly';

/** A stack in CloudFormation. */
export interface DeployedStack {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly changedAt: Date | undefined;
  readonly terminationProtection: boolean;
  readonly outputs: Readonly<Record<string, string>>;
}

/** A resource of a deployed stack. */
export interface DeployedResource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
}

/** Describes a stack by name or id. Returns `undefined` when it does not exist. */
export async function describeStack(
  cloudFormation: CloudFormationClient,
  name: string,
  signal: AbortSignal,
): Promise<DeployedStack | undefined> {
  const request = new DescribeStacksCommand({ StackName: name });
  try {
    const { Stacks = [] } = await cloudFormation.send(request, { abortSignal: signal });
    return Stacks[0] && deployedStack(Stacks[0], name);
  } catch (error) {
    // CloudFormation has no specific error for this.
    if (
      error instanceof Error &&
      error.name === 'ValidationError' &&
      error.message.includes('does not exist')
    )
      return undefined;
    throw error;
  }
}

function deployedStack(stack: Stack, name: string): DeployedStack {
  return {
    id: stack.StackId ?? name,
    name,
    status: stack.StackStatus ?? 'UNKNOWN',
    changedAt: stack.LastUpdatedTime ?? stack.CreationTime,
    terminationProtection: stack.EnableTerminationProtection ?? false,
    outputs: Object.fromEntries(
      (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    ),
  };
}

/**
 * Describes the stack of a stage.
 *
 * @throws {StackNotFoundError} with the names of the deployed stages
 */
export async function requireStack(
  options: StageOptions,
  { clients: { cloudFormation }, description }: Connection,
  context: Context,
): Promise<DeployedStack> {
  const { stage } = options;
  const name = stackNameOf(options);
  const { signal } = context.interruption;
  const stack = await describeStack(cloudFormation, name, signal);
  if (stack) return stack;
  throw new StackNotFoundError(
    `Stage ${stage} is not deployed in ${description}: there is no stack ${name}.` +
      deployedStagesNote(await deployedStages(cloudFormation, options, signal)),
    `${nxCommand(context, 'deploy', stage)}, or select another stage, region or profile`,
  );
}

/** Lists the deployed stages in a sentence, or nothing when there is none. */
export function deployedStagesNote(stages: readonly string[]): string {
  return stages.length > 0 ? ` Deployed stages: ${stages.join(', ')}.` : '';
}

/** Returns the names of the deployed stages; none when the credentials cannot list stacks. */
export async function deployedStages(
  cloudFormation: CloudFormationClient,
  { stackName }: Pick<StageOptions, 'stackName'>,
  signal: AbortSignal,
): Promise<string[]> {
  const [prefix = '', suffix = ''] = stackName.split('{stage}');
  const stages: string[] = [];
  try {
    for await (const { StackSummaries = [] } of paginateListStacks(
      { client: cloudFormation },
      {},
      { abortSignal: signal },
    )) {
      for (const { StackName = '', StackStatus } of StackSummaries) {
        if (StackStatus !== 'DELETE_COMPLETE' && StackName.startsWith(prefix) && StackName.endsWith(suffix))
          stages.push(StackName.slice(prefix.length, StackName.length - suffix.length));
      }
    }
  } catch (error) {
    if (!isDenied(error)) throw error;
  }
  return stages.sort();
}

/** Lists the resources of a stack by logical id. */
export async function listResources(
  cloudFormation: CloudFormationClient,
  stack: Pick<DeployedStack, 'id'>,
  signal: AbortSignal,
): Promise<Map<string, DeployedResource>> {
  const resources = new Map<string, DeployedResource>();
  for await (const { StackResourceSummaries = [] } of paginateListStackResources(
    { client: cloudFormation },
    { StackName: stack.id },
    { abortSignal: signal },
  )) {
    for (const summary of StackResourceSummaries) {
      const {
        LogicalResourceId = '',
        PhysicalResourceId = '',
        ResourceType = '',
        ResourceStatus = '',
      } = summary;
      resources.set(LogicalResourceId, {
        logicalId: LogicalResourceId,
        physicalId: PhysicalResourceId,
        type: ResourceType,
        status: ResourceStatus,
      });
    }
  }
  return resources;
}

/** Returns the template of the last deployment. */
export async function deployedTemplate(
  cloudFormation: CloudFormationClient,
  stack: Pick<DeployedStack, 'id'>,
  signal: AbortSignal,
): Promise<Template> {
  const request = new GetTemplateCommand({ StackName: stack.id, TemplateStage: 'Original' });
  const { TemplateBody = '' } = await cloudFormation.send(request, { abortSignal: signal });
  return JSON.parse(TemplateBody) as Template;
}
