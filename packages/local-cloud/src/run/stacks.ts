import { apiGatewayResourceTypes } from '../services/apigateway/resource-types';
import { cloudFrontResourceTypes } from '../services/cloudfront/resource-types';
import { cognitoResourceTypes } from '../services/cognito/model/resource-types';
import { dynamoDbResourceTypes } from '../services/dynamodb/model/resource-types';
import { ecsResourceTypes } from '../services/ecs/service';
import { elasticLoadBalancingResourceTypes } from '../services/elasticloadbalancing/resource-types';
import { ParameterError, type ResourceTypes, Stack, type StackOptions } from '@spa-on-aws/cloudformation';
import type { Options, ParameterValue } from '../cli/options';
import { s3ResourceTypes } from '../services/s3/resource-types';
import { Origins } from './origins';
import type { RunnableStack, Stacks } from './sources';

/** Every resource type that is run here, by service. */
const RESOURCE_TYPES: ResourceTypes = {
  ...apiGatewayResourceTypes,
  ...cloudFrontResourceTypes,
  ...cognitoResourceTypes,
  ...dynamoDbResourceTypes,
  ...ecsResourceTypes,
  ...elasticLoadBalancingResourceTypes,
  ...s3ResourceTypes,
};

/** The account that templates are "deployed" to. */
export const ACCOUNT_ID = '000000000000';

/** The stacks as one, with the table of origins that their resolved values go through. */
export interface ResolvedStacks {
  readonly stack: Stack;
  /** Filled before properties are asked for. */
  readonly origins: Origins;
}

/**
 * Resolves the stacks of a set against each other.
 *
 * @param reading who is told of, and decides on, what services read
 * @throws ParameterError and what {@link Stack} throws
 */
export function resolveStacks(
  stacks: Stacks,
  { region, parameters }: Pick<Options, 'region' | 'parameters'>,
  reading: Pick<StackOptions, 'onRead' | 'passesOver'> = {},
): ResolvedStacks {
  checkParameterNames(stacks, parameters);
  const origins = new Origins();
  const toOptions = (stack: RunnableStack): StackOptions => ({
    template: stack.template,
    stackName: stack.name,
    region,
    accountId: ACCOUNT_ID,
    resourceTypes: RESOURCE_TYPES,
    parameters: parametersOf(stack, parameters),
    localize: (text) => origins.localize(text),
    ...reading,
  });
  const [first, ...others] = stacks;
  return { stack: new Stack(toOptions(first), ...others.map(toOptions)), origins };
}

/** A value for one stack goes before one for all. */
function parametersOf(
  { name: stackName, template }: RunnableStack,
  values: readonly ParameterValue[],
): Record<string, string> {
  const forAll = values.filter((value) => value.stackName === undefined && value.name in template.Parameters);
  const forThis = values.filter((value) => value.stackName === stackName);
  return Object.fromEntries([...forAll, ...forThis].map(({ name, value }) => [name, value]));
}

function checkParameterNames(stacks: Stacks, values: readonly ParameterValue[]): void {
  for (const { stackName, name } of values) {
    const isKnown = stacks.some((stack) =>
      stackName === undefined ? name in stack.template.Parameters : stack.name === stackName,
    );
    if (isKnown) continue;
    const names = stacks.map((stack) => stack.name).join(', ');
    throw new ParameterError(
      stackName === undefined
        ? `--parameter: no stack declares a parameter ${name}; stacks: ${names}.`
        : `--parameter: there is no stack ${stackName}; stacks: ${names}.`,
    );
  }
}
