import type { Account } from './account';
import { type Cognito, createCognito } from './cognito/cognito';
import type { UserPool } from './cognito/user-pool';
import { startDynamoDb } from './dynamodb/dynamodb';
import { type RunningService, runService } from './ecs/running-service';
import type { ServiceContainer } from './ecs/service';
import type { LoadBalancer } from './elasticloadbalancing/load-balancer';
import { connectServices, type RequestPath } from './request-path';
import { deployBuckets } from './s3/bucket-deployment';
import type { StackAssembly } from './template/assembly';
import { ACCOUNT_ID, type Topology } from './topology';

/** One state of the template with all that was started for it. */
export interface Generation {
  readonly topology: Topology;
  readonly cognito: Cognito;
  /** By ARN of the target group. */
  readonly services: ReadonlyMap<string, RunningService>;
  readonly path: RequestPath;
  close(): Promise<void>;
}

type Cleanup = () => Promise<void> | void;

/**
 * Starts what a topology needs: bucket contents, user pools, tables and containers, then connects them.
 *
 * @throws LocalCloudError with everything that was started stopped again
 */
export async function startGeneration(
  topology: Topology,
  assembly: StackAssembly,
  account: Account,
): Promise<Generation> {
  const cleanups: Cleanup[] = [];
  const stopped = new AbortController();
  account.signal.addEventListener('abort', () => stopped.abort(), { once: true });
  const close = async (): Promise<void> => {
    stopped.abort();
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  try {
    await deployBuckets(topology.stack, {
      buckets: topology.buckets,
      files: assembly.files,
      localize: (text) => topology.origins.localize(text),
    });
    const [cognitoResult, servicesResult] = await Promise.allSettled([
      startCognito(topology, account, cleanups),
      startServices(topology, account, stopped.signal, cleanups),
    ]);
    const cognito = valueOf(cognitoResult);
    const services = valueOf(servicesResult);
    const path = connectServices(topology, { cognito, services }, account);
    cleanups.push(() => path.close());
    return { topology, cognito, services, path, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startCognito(
  topology: Topology,
  { listeners, options, users, log, clock }: Account,
  cleanups: Cleanup[],
): Promise<Cognito> {
  const siteOrigin = listeners.distribution.origin;
  const cognito = await createCognito({
    pools: topology.userPools.map((pool) => withDevOrigin(pool, siteOrigin, options.devOrigin)),
    users,
    origin: listeners.cognito.origin,
    log,
    now: clock.now,
  });
  cleanups.push(() => cognito.close());
  return cognito;
}

/** What the account gives every container: its tables, if there are any. */
async function startTables(
  { tables }: Topology,
  { options: { region }, log }: Account,
  cleanups: Cleanup[],
): Promise<Readonly<Record<string, string>>> {
  if (tables.length === 0) return {};
  const dynamoDb = await startDynamoDb(tables, { region, accountId: ACCOUNT_ID, log });
  cleanups.push(() => dynamoDb.close());
  return dynamoDb.environment;
}

async function startServices(
  topology: Topology,
  account: Account,
  signal: AbortSignal,
  cleanups: Cleanup[],
): Promise<ReadonlyMap<string, RunningService>> {
  const { options, log, onContainerLine } = account;
  const environment = await startTables(topology, account, cleanups);
  const running = await Promise.allSettled(
    topology.containers.map(async (container) => {
      const definition = withImageDir(container, options.imageDir);
      const targetHealth = healthOf(topology.loadBalancers, container);
      const onLine = (line: string): void => onContainerLine(container.name, line);
      const service = await runService(
        { definition, environment, targetHealth, signal, onLine },
        log,
        options.imageDir !== undefined,
      );
      cleanups.push(() => service.close());
      return [container.targetGroupArn, service] as const;
    }),
  );
  return new Map(running.map((result) => valueOf(result)));
}

function valueOf<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

/** The pool's clients, returning to a development server's origin as they return to the distribution's. */
function withDevOrigin(pool: UserPool, siteOrigin: string, devOrigin: string | undefined): UserPool {
  if (devOrigin === undefined) return pool;
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
): { path: string; isHealthy: (status: number) => boolean } {
  const groups = loadBalancers.flatMap(({ listeners }) => [...listeners.values()]);
  const group = groups.find(({ arn }) => arn === targetGroupArn);
  return group
    ? { path: group.healthCheckPath, isHealthy: group.isHealthy }
    : { path: '/', isHealthy: (status) => status < 500 };
}
