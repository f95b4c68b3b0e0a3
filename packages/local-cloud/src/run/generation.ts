import { z } from 'zod';
import type { Account } from './account';
import type { EdgeCaches } from '../services/cloudfront/edge-caches';
import { type Cognito, createCognito } from '../services/cognito/cognito';
import type { UserPool } from '../services/cognito/model/user-pool';
import type { ServiceContainer } from '../services/ecs/service';
import type { RunningService } from '../services/ecs/running-service';
import type { LoadBalancer } from '../services/elasticloadbalancing/load-balancer';
import type { FleetChange, Wanted } from './fleet';
import { Draining } from '../http/draining';
import type { Listener } from '../http/listener';
import type { Assignment } from './listeners';
import { connectServices, type RequestPath } from './request-path';
import { deployBuckets, uploadDirectory } from '../services/s3/bucket-deployment';
import { StackSelectionError } from '@spa-on-aws/cloudformation';
import type { Stacks } from './sources';
import { mayPassOver } from './strictness';
import { resolveStacks } from './stacks';
import { localizeOrigins, readTopology, type Topology } from './topology';

/** One state of the templates with all that was started for it. */
export interface Generation {
  readonly stacks: Stacks;
  readonly topology: Topology;
  readonly cognito: Cognito;
  /** By ARN of the target group. */
  readonly services: ReadonlyMap<string, RunningService>;
  readonly path: RequestPath;
  /** Ports of the distributions and REST APIs, by logical id. */
  readonly doors: { readonly distributions: Assignment; readonly restApis: Assignment };
  /** What was passed over, in words. */
  readonly warnings: readonly string[];
  readonly draining: Draining;
  /**
   * Changes what can only be in one state: tables and caches. To be called once it answers.
   *
   * @returns what became of tables and containers, in words
   */
  takeOver(): Promise<string[]>;
  /** Stops containers that only the state before it needed. */
  commit(): Promise<void>;
  /** Drops what belongs to this state alone, once no request is under way. */
  retire(): Promise<void>;
}

/**
 * Starts what a state of the templates needs and does not run yet: bucket contents, user pools, tables and containers,
 * then connects them. What ran before keeps running until then.
 *
 * @param onSignIn called when user pools can answer: containers may ask for their keys before they are healthy
 * @throws CodedError with everything as it was before
 */
export async function startGeneration(
  stacks: Stacks,
  account: Account,
  previous: Generation | undefined,
  onSignIn: (cognito: Cognito, draining: Draining) => void,
): Promise<Generation> {
  const { options, listeners } = account;
  const warnings: string[] = [];
  const resolved = resolveStacks(stacks, options, {
    passesOver: (resource, unknown) => {
      if (options.strict || !mayPassOver(resource.type, unknown)) return false;
      warnings.push(`${resource.logicalId} (${resource.type}) ${unknown.property}: not known, passed over`);
      return true;
    },
  });
  const idsOf = (type: string): string[] => resolved.stack.ofType(type).map(({ logicalId }) => logicalId);
  const doors = {
    distributions: await listeners.assign('distribution', idsOf('AWS::CloudFront::Distribution')),
    restApis: await listeners.assign('rest-api', idsOf('AWS::ApiGateway::RestApi')),
  };
  localizeOrigins(resolved, {
    distributions: originsOf(doors.distributions),
    restApis: originsOf(doors.restApis),
    cognito: listeners.cognito.origin,
  });
  const topology = readTopology(resolved, stacks, options.standIns);

  const draining = new Draining();
  const signingIn = startCognito(topology, account).then((started) => {
    onSignIn(started, draining);
    return started;
  });
  const filled = fillBuckets(topology, stacks, account, previous);
  const [cognito, fleet] = await bothOrNeither(
    Promise.all([signingIn, filled]).then(([started]) => started),
    startContainers(topology, account),
  );
  let path: RequestPath;
  try {
    path = connectServices(topology, { cognito, services: fleet.services }, account);
  } catch (error) {
    await fleet.discard();
    throw error;
  }
  return {
    stacks,
    topology,
    cognito,
    services: fleet.services,
    path,
    doors,
    warnings: [...new Set(warnings)],
    draining,
    takeOver: async () => {
      if (previous) invalidate(topology, account.caches);
      const started = previous ? fleet.started : [];
      return [
        ...(await account.tables.change(topology.tables)),
        ...started.map((name) => `container ${name} was started anew`),
      ];
    },
    commit: () => fleet.commit(),
    retire: async () => {
      await draining.idle(account.signal);
      path.close();
      await cognito.close();
    },
  };
}

function originsOf(assignment: Assignment): ReadonlyMap<string, string> {
  return new Map([...assignment].map(([id, { origin }]: [string, Listener]) => [id, origin]));
}

/** Waits for both to end; when one fails, the containers that were started go again. */
async function bothOrNeither(
  startingCognito: Promise<Cognito>,
  startingContainers: Promise<FleetChange>,
): Promise<[Cognito, FleetChange]> {
  const [cognito, containers] = await Promise.allSettled([startingCognito, startingContainers]);
  if (cognito.status === 'rejected') {
    if (containers.status === 'fulfilled') await containers.value.discard();
    throw cognito.reason;
  }
  if (containers.status === 'rejected') throw containers.reason;
  return [cognito.value, containers.value];
}

/** Objects stay where the bucket stays, as on AWS: what a deployment does not prune is still there afterwards. */
async function fillBuckets(
  topology: Topology,
  stacks: Stacks,
  { options }: Account,
  previous: Generation | undefined,
): Promise<void> {
  const { buckets, stack, origins } = topology;
  for (const bucket of buckets) {
    const before = previous?.topology.buckets.find(({ name }) => name === bucket.name);
    for (const [key, object] of before?.objects ?? []) bucket.objects.set(key, object);
  }
  for (const [wanted, directory] of options.buckets) {
    const bucket = buckets.find(
      ({ logicalId, name }) => wanted === name || wanted === logicalId || logicalId.endsWith(`.${wanted}`),
    );
    if (!bucket) {
      const names = buckets.map(({ logicalId }) => logicalId).join(', ') || 'none';
      throw new StackSelectionError(`--bucket: there is no bucket ${wanted}; buckets: ${names}.`);
    }
    await uploadDirectory(bucket, directory);
  }
  await deployBuckets(stack, {
    buckets,
    files: new Map(stacks.flatMap(({ files }) => [...files])),
    localize: (text) => origins.localize(text),
  });
}

const InvalidatingDeployment = z.looseObject({
  DistributionId: z.string().optional(),
  DistributionPaths: z.array(z.string()).default(['/*']),
});

/** A deployment that names a distribution invalidates its paths there. */
function invalidate({ stack }: Topology, caches: EdgeCaches): void {
  for (const { properties } of stack.ofType('Custom::CDKBucketDeployment')) {
    const { DistributionId: id, DistributionPaths: paths } = InvalidatingDeployment.parse(properties);
    if (id !== undefined) for (const path of paths) caches.of(id).purge(path);
  }
}

function startCognito(
  { userPools, distributions }: Topology,
  { listeners, options, users, log, clock, signIn }: Account,
): Promise<Cognito> {
  const siteOrigin = distributions.length > 0 ? listeners.first('distribution').origin : undefined;
  return createCognito({
    pools: userPools.map((pool) => withDevOrigin(pool, siteOrigin, options.devOrigin)),
    users,
    origin: listeners.cognito.origin,
    log,
    now: clock.now,
    state: signIn,
  });
}

async function startContainers(
  topology: Topology,
  { options, tables, fleet, trustFile }: Account,
): Promise<FleetChange> {
  await tables.add(topology.tables);
  const environment = {
    ...tables.environment,
    // A container asks the user pool for its keys, whose certificate nobody else has signed.
    ...(trustFile !== undefined && { NODE_EXTRA_CA_CERTS: trustFile }),
  };
  return fleet.change(
    topology.containers.map((container) => ({
      definition: withImageDir(container, options.imageDir),
      environment,
      targetHealth: healthOf(topology.loadBalancers, container),
    })),
  );
}

/** The pool's clients, returning to a development server's origin as they return to the distribution's. */
function withDevOrigin(
  pool: UserPool,
  siteOrigin: string | undefined,
  devOrigin: string | undefined,
): UserPool {
  if (devOrigin === undefined || siteOrigin === undefined) return pool;
  const withTwins = (urls: readonly string[]): string[] => [
    ...urls,
    ...urls.flatMap((url) => (url.startsWith(siteOrigin) ? [devOrigin + url.slice(siteOrigin.length)] : [])),
  ];
  return {
    ...pool,
    clients: pool.clients.map((client) => ({
      ...client,
      callbackUrls: withTwins(client.callbackUrls),
      logoutUrls: withTwins(client.logoutUrls),
    })),
  };
}

function withImageDir(container: ServiceContainer, imageDir: string | undefined): ServiceContainer {
  return imageDir === undefined
    ? container
    : { ...container, image: { ...container.image, directory: imageDir } };
}

function healthOf(
  loadBalancers: readonly LoadBalancer[],
  { targetGroupArn }: ServiceContainer,
): Wanted['targetHealth'] {
  const groups = loadBalancers.flatMap(({ targetGroups }) => targetGroups);
  const group = groups.find(({ arn }) => arn === targetGroupArn);
  return group
    ? {
        path: group.healthCheckPath,
        isHealthy: group.isHealthy,
        deregistrationDelayMs: group.deregistrationDelayMs,
      }
    : { path: '/', isHealthy: (status) => status < 500 };
}
