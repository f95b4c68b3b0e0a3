import { type ResourceTypes, type Stack, StackSelectionError } from '@spa-on-aws/cloudformation';
import type { Options } from '../cli/options';
import { UnsupportedResourceError } from '../errors';
import { apiGateway } from '../services/apigateway/service';
import { cloudFront, localSubstitute } from '../services/cloudfront/service';
import { cognito } from '../services/cognito/service';
import { dynamoDb } from '../services/dynamodb/service';
import { ecs } from '../services/ecs/service';
import { elasticLoadBalancing } from '../services/elasticloadbalancing/service';
import { unqualifiedName } from '../services/lambda/model/names';
import { lambda } from '../services/lambda/service';
import { s3 } from '../services/s3/service';
import { secretsManager } from '../services/secretsmanager/service';
import { ssm } from '../services/ssm/service';
import type { Secrets } from './secrets';
import type { Link, LocalOrigins, RequiredLink, Service } from './service';
import type { Stacks } from './sources';

/**
 * The services that the local cloud runs, by the name of their part of the topology.
 *
 * They start together, in this order: each registers in the network what it answers for before the next one starts.
 */
const SERVICES = {
  parameters: ssm,
  secrets: secretsManager,
  tables: dynamoDb,
  userPools: cognito,
  buckets: s3,
  loadBalancers: elasticLoadBalancing,
  functions: lambda,
  containers: ecs,
  restApis: apiGateway,
  distributions: cloudFront,
} as const;

type Services = typeof SERVICES;

export type ServiceName = keyof Services;

export type Topology = {
  readonly [Name in ServiceName]: ReturnType<Services[Name]['readModel']>;
};

export type RunningServices = {
  readonly [Name in ServiceName]: Awaited<ReturnType<NonNullable<Services[Name]['start']>>>['running'];
};

export const ALL_SERVICES = Object.entries(SERVICES) as unknown as readonly (readonly [
  ServiceName,
  Service<unknown, unknown>,
])[];

export const RESOURCE_TYPES: ResourceTypes = Object.assign(
  {},
  ...ALL_SERVICES.map(([, { resourceTypes }]) => resourceTypes),
);

/** Lists the AWS host names that services answer for, each with its local origin. */
export function localHosts(stack: Stack, origins: LocalOrigins): (readonly [host: string, origin: string])[] {
  return ALL_SERVICES.flatMap(([, service]) => [...(service.localHosts?.(stack, origins) ?? [])]);
}

/** Reads the files that properties name, before models are read. @returns their content by file */
export async function readFiles(
  stack: Stack,
  stacks: Stacks,
  options: Options,
): Promise<ReadonlyMap<string, unknown>> {
  const files = await Promise.all(
    ALL_SERVICES.map(([, service]) => service.prepare?.(stack, stacks, options)),
  );
  return new Map(files.flatMap((read) => [...(read ?? [])]));
}

/** Reads every service's model, once origins are mapped. @throws UnsupportedPropertyError InvalidPropertyError */
export function readTopology(stack: Stack, stacks: Stacks): Topology {
  return Object.fromEntries(
    ALL_SERVICES.map(([name, service]) => [name, service.readModel(stack, stacks)]),
  ) as unknown as Topology;
}

/** Lists what a start of these models warns of. */
export function warningsOf(topology: Partial<Topology>): string[] {
  return ALL_SERVICES.flatMap(([name, { warnings }]) =>
    warnings && name in topology ? warnings(topology[name]) : [],
  );
}

/**
 * Follows every link between services, so that a gap stops the start instead of failing requests later.
 *
 * @throws UnsupportedPropertyError UnsupportedResourceError MissingSecretError
 */
export function checkLinks(...input: Parameters<typeof linkFaults>): void {
  for (const fault of linkFaults(...input)) throw fault;
}

/** Finds the links between services that lead nowhere, and web ACLs. */
export function* linkFaults(
  topology: Topology,
  stack: Stack,
  { standIns, secrets }: { readonly standIns: ReadonlyMap<string, URL>; readonly secrets: Secrets },
): Generator<unknown> {
  const all = <T>(
    linksOf: (service: Service<unknown, unknown>, model: unknown) => Iterable<T> | undefined,
  ): T[] => ALL_SERVICES.flatMap(([name, service]) => [...(linksOf(service, topology[name]) ?? [])]);
  const key = ({ kind, id }: Link): string => `${kind} ${id}`;
  const provided = new Set(all((service, model) => service.provides?.(model)).map(key));
  const required = all<RequiredLink>((service, model) => service.requires?.(model, stack, secrets));
  const requiredKeys = new Set(required.map(key));
  for (const link of required) {
    if (link.requiredBy && !requiredKeys.has(key(link.requiredBy))) continue;
    if (provided.has(key(link))) continue;
    if (link.kind === 'host' && localSubstitute(link.id, standIns)) continue;
    if (link.kind === 'function' && standIns.has(unqualifiedName(link.id))) continue;
    yield caught(() => link.missing());
  }
  const functionNames = new Set(
    required.flatMap(({ kind, id }) => (kind === 'function' ? unqualifiedName(id) : [])),
  );
  for (const name of standIns.keys())
    if (!URL.canParse(name) && !stack.resources.has(name) && !functionNames.has(name))
      yield new StackSelectionError(
        `--stand-in ${name}: the templates have no resource ${name}, and call no function of this name.`,
      );
  yield* webAcls(stack);
}

/** Returns the error that a function returns or throws. */
function caught(make: () => Error): unknown {
  try {
    return make();
  } catch (error) {
    return error;
  }
}

/** A request that a web ACL blocks on AWS must not pass here. */
function* webAcls(stack: Stack): Generator<Error> {
  for (const type of ['AWS::WAFv2::WebACLAssociation', 'AWS::WAFRegional::WebACLAssociation']) {
    for (const { logicalId, properties } of stack.ofType(type)) {
      yield new UnsupportedResourceError(
        logicalId,
        type,
        `puts a web ACL (AWS WAF) in front of ${String(properties['ResourceArn'])}, and web ACLs are not run here. ` +
          `Run without it: --without ${logicalId}`,
        `--without ${logicalId}`,
      );
    }
  }
}
