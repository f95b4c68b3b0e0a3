import {
  type CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  paginateListStackResources,
  paginateListStacks,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { stackNameOf } from '@spa-on-aws/infra';
import type { Template } from '../assembly/template';
import { isDenied } from '../aws/failures';
import { StackMissing } from '../errors';

/** A stack as CloudFormation knows it. */
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

/** A stack, or nothing when there is none of this name. */
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
    // CloudFormation has no error of its own for this.
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
 * The stack of a stage.
 *
 * @param place in words, for the message
 * @throws {StackMissing} naming the stages that are there
 */
export async function requireStack(
  cloudFormation: CloudFormationClient,
  stage: string,
  place: string,
  signal: AbortSignal,
): Promise<DeployedStack> {
  const stack = await describeStack(cloudFormation, stackNameOf(stage), signal);
  if (stack) return stack;
  const stages = await deployedStages(cloudFormation, signal);
  throw new StackMissing(
    `Stage ${stage} is not deployed in ${place}: there is no stack ${stackNameOf(stage)}.${
      stages.length > 0 ? ` Deployed there: ${stages.join(', ')}.` : ''
    }`,
    { remedy: `npx nx deploy infra --stage=${stage}, or name another stage, region or profile` },
  );
}

/** Names of the stages that are deployed; none when we may not know. */
export async function deployedStages(
  cloudFormation: CloudFormationClient,
  signal: AbortSignal,
): Promise<string[]> {
  const prefix = stackNameOf('');
  const stages: string[] = [];
  try {
    for await (const { StackSummaries = [] } of paginateListStacks(
      { client: cloudFormation },
      {},
      { abortSignal: signal },
    )) {
      for (const { StackName = '', StackStatus } of StackSummaries) {
        if (StackName.startsWith(prefix) && StackStatus !== 'DELETE_COMPLETE')
          stages.push(StackName.slice(prefix.length));
      }
    }
  } catch (error) {
    if (!isDenied(error)) throw error;
  }
  return stages.sort();
}

/** What a stack consists of, by logical id. */
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

/** The template a stack was deployed from last. */
export async function deployedTemplate(
  cloudFormation: CloudFormationClient,
  stack: Pick<DeployedStack, 'id'>,
  signal: AbortSignal,
): Promise<Template> {
  const request = new GetTemplateCommand({ StackName: stack.id, TemplateStage: 'Original' });
  const { TemplateBody = '' } = await cloudFormation.send(request, { abortSignal: signal });
  return JSON.parse(TemplateBody) as Template;
}
