import { ParameterError, Stack, type StackOptions } from '@spa-on-aws/cloudformation';
import type { Options, ParameterValue } from '../cli/options';
import { ACCOUNT_ID } from './account';
import { Origins } from './origins';
import { ALL_SERVICES, RESOURCE_TYPES } from './services';
import type { RunnableStack, Stacks } from './sources';

/** The stacks as one, with the table of origins that is applied to their resolved values. */
export interface ResolvedStacks {
  readonly stack: Stack;
  /** To be filled before properties are read. */
  readonly origins: Origins;
}

/**
 * Resolves the stacks of a set against each other.
 *
 * @param reading is called for each property that services read, and decides about unknown ones
 * @throws ParameterError and the errors of {@link Stack}
 */
export function resolveStacks(
  stacks: Stacks,
  { region, parameters }: Pick<Options, 'region' | 'parameters'>,
  reading: Pick<StackOptions, 'onRead' | 'passesOver'> = {},
): ResolvedStacks {
  checkParameterNames(stacks, parameters);
  const origins = new Origins();
  const resolved: { stack?: Stack } = {};
  const toOptions = (stack: RunnableStack): StackOptions => ({
    template: stack.template,
    stackName: stack.name,
    region,
    accountId: ACCOUNT_ID,
    resourceTypes: RESOURCE_TYPES,
    parameters: parametersOf(stack, parameters),
    localize: (text) => origins.localize(text),
    resolveReference: (reference) => resolved.stack && resolveReference(reference, resolved.stack),
    ...reading,
  });
  const [first, ...others] = stacks;
  const stack = new Stack(toOptions(first), ...others.map(toOptions));
  resolved.stack = stack;
  return { stack, origins };
}

function resolveReference(reference: string, stack: Stack): string | undefined {
  for (const [, service] of ALL_SERVICES) {
    const value = service.resolveReference?.(reference, stack);
    if (value !== undefined) return value;
  }
  return undefined;
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
