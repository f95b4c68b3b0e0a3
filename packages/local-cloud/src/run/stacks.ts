import { ParameterError, Stack, type StackOptions, type UnknownProperty } from '@spa-on-aws/cloudformation';
import type { Options, ParameterValue } from '../cli/options';
import { ACCOUNT_ID } from './account';
import { ALL_SERVICES, RESOURCE_TYPES } from './services';
import type { RunnableStack, Stacks } from './sources';

/** The stacks as one, with the table of origins that is applied to their resolved values. */
export interface ResolvedStacks {
  readonly stack: Stack;
  /** To be filled before properties are read. */
  readonly origins: Origins;
}

/**
 * Resolves the stacks of a set against each other. `reading` is called for each property that services read, and decides
 * about unknown ones. @throws ParameterError and the errors of {@link Stack}
 */
export function resolveStacks(
  stacks: Stacks,
  {
    region,
    parameters,
    attributes,
  }: Pick<Options, 'region' | 'parameters'> & Partial<Pick<Options, 'attributes'>>,
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
    attributes: Object.fromEntries(attributes ?? []),
    localize: (text) => origins.localize(text),
    resolveReference: (reference) => resolved.stack && resolveReference(reference, resolved.stack),
    ...reading,
  });
  const [first, ...others] = stacks;
  const stack = new Stack(toOptions(first), ...others.map(toOptions));
  resolved.stack = stack;
  checkAttributeNames(stack, attributes);
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

/** A value that nothing would use is an error. @throws ParameterError */
function checkAttributeNames(stack: Stack, attributes: Options['attributes'] = new Map()): void {
  for (const [name, value] of attributes) {
    if (stack.unknownExports.has(name)) continue;
    const resource = [...stack.resources.values()].find(({ logicalId }) => name.startsWith(`${logicalId}.`));
    if (!resource)
      throw new ParameterError(
        `--attribute: ${name} is not an attribute of a resource of the templates, and not an export that they lack.`,
      );
    const known = resource.attribute(name.slice(resource.logicalId.length + 1));
    if (known !== value)
      throw new ParameterError(`--attribute: ${name} cannot be set, its value here is ${String(known)}.`);
  }
}

/**
 * The table from AWS origins to origins of this machine. A browser here cannot reach `https://d111.cloudfront.net`, so
 * wherever a resolved value holds an origin of the table, it becomes the local one.
 */
export class Origins {
  readonly #table = new Map<string, string>();

  /** @param awsHost a host without scheme @param local an origin such as `http://localhost:4300` */
  add(awsHost: string, local: string): void {
    this.#table.set(awsHost, local);
  }

  localize(text: string): string {
    return text.replace(/https:\/\/([a-z0-9.-]+)/gi, (origin, host: string) => {
      return this.#table.get(host.toLowerCase()) ?? origin;
    });
  }
}

/** Types that control access: none of their properties is ignored. */
const GUARDS = new Set([
  'AWS::ApiGateway::ApiKey',
  'AWS::ApiGateway::Authorizer',
  'AWS::ApiGateway::Method',
  'AWS::ApiGateway::RequestValidator',
  'AWS::ApiGateway::RestApi',
  'AWS::ApiGateway::Stage',
  'AWS::ApiGateway::UsagePlan',
  'AWS::ApiGateway::UsagePlanKey',
  'AWS::CloudFront::Distribution',
  'AWS::CloudFront::KeyGroup',
  'AWS::CloudFront::OriginAccessControl',
  'AWS::CloudFront::ResponseHeadersPolicy',
  'AWS::Cognito::UserPool',
  'AWS::Cognito::UserPoolClient',
  'AWS::ElasticLoadBalancingV2::Listener',
  'AWS::ElasticLoadBalancingV2::ListenerRule',
  'AWS::S3::BucketPolicy',
]);

/** Property names that suggest an effect on access or limits. */
const GUARDING_NAME =
  /access|acl|allow|auth|block|cert|client|cors|deny|encrypt|exclu|firewall|function|key|lambda|limit|mfa|origin|password|permission|polic|principal|protocol|public|restrict|role|scope|secret|secur|sign|throttl|tls|token|trigger|trust|valid/i;

/**
 * Tells whether the local cloud may ignore an unknown property when it is not strict: only if it is an empty list or mapping,
 * or neither the type nor the name suggests that the property restricts access.
 */
export function mayPassOver(type: string, { path, value }: UnknownProperty): boolean {
  const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  return isEmpty || (!GUARDS.has(type) && !GUARDING_NAME.test(String(path.at(-1))));
}
