import type { Logger } from 'pino';
import { type TokenIssuer, TokenAuthorizer } from './apigateway/authorizer';
import { restApiHandler } from './apigateway/handler';
import { distributionHandler, type OriginServer } from './cloudfront/handler';
import { Clock } from './clock';
import { type Cognito, createCognito } from './cognito/cognito';
import type { UserPool } from './cognito/user-pool';
import { loadUsers } from './cognito/users';
import { consoleHandler } from './console/handler';
import { type AnsweredRequest, RequestLog } from './console/request-log';
import { startDynamoDb } from './dynamodb/dynamodb';
import { type RunningService, runService } from './ecs/running-service';
import type { ServiceContainer } from './ecs/service';
import { loadBalancerBackend } from './elasticloadbalancing/backend';
import { BackendFaults } from './elasticloadbalancing/faults';
import type { LoadBalancer } from './elasticloadbalancing/load-balancer';
import { answerWith, listen, type Listener } from './http/listener';
import type { Handler, Request } from './http/message';
import type { Options } from './options';
import { deployBuckets } from './s3/bucket-deployment';
import { answerFromBucket } from './s3/handler';
import { type State, writeStateFile } from './state-file';
import { loadAssembly } from './template/assembly';
import { ACCOUNT_ID, readTopology, type Topology } from './topology';

/** A local cloud that answers. */
export interface LocalCloud {
  readonly state: State;
  /** Resource types that are in the template and not run, with how many there are of each. */
  readonly notRun: ReadonlyMap<string, number>;
  /** Stops everything and removes the state file. */
  close(): Promise<void>;
}

/** What the local cloud is given besides its options. */
export interface Environment {
  /** Aborted to stop, also while it starts. */
  readonly signal: AbortSignal;
  readonly log: Logger;
  readonly onRequest: (request: AnsweredRequest) => void;
  readonly onContainerLine: (container: string, line: string) => void;
}

type Cleanup = () => Promise<void> | void;

/**
 * Runs the template of a cloud assembly.
 *
 * @throws LocalCloudError with everything that was started stopped again
 */
export async function startLocalCloud(options: Options, environment: Environment): Promise<LocalCloud> {
  const cleanups: Cleanup[] = [];
  const stopped = new AbortController();
  environment.signal.addEventListener('abort', () => stopped.abort(), { once: true });
  const close = async (): Promise<void> => {
    stopped.abort();
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  try {
    return await start(options, { ...environment, signal: stopped.signal }, cleanups, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(
  options: Options,
  { log, onRequest, onContainerLine, signal }: Environment,
  cleanups: Cleanup[],
  close: () => Promise<void>,
): Promise<LocalCloud> {
  const open = async (port: number, flag: string): Promise<Listener> => {
    const listener = await listen(port, flag);
    cleanups.push(() => listener.close());
    return listener;
  };
  const site = await open(options.port, '--port');
  const cognitoListener = await open(options.cognitoPort, '--cognito-port');
  const apiGateway = await open(options.apiGatewayPort, '--api-gateway-port');
  const consoleListener = await open(options.consolePort, '--console-port');

  const clock = new Clock();
  const faults = new BackendFaults();
  const assembly = await loadAssembly(options.assembly, options.stack);
  const topology = readTopology(assembly, options.region, {
    distribution: site.origin,
    cognito: cognitoListener.origin,
    apiGateway: apiGateway.origin,
  });
  await deployBuckets(topology.stack, {
    buckets: topology.buckets,
    files: assembly.files,
    localize: (text) => topology.origins.localize(text),
  });

  const users = await loadUsers(options.users);
  const userPools = topology.userPools.map((pool) => withDevOrigin(pool, site.origin, options.devOrigin));
  const startCognito = async (): Promise<Cognito> => {
    const cognito = await createCognito({
      pools: userPools,
      users,
      origin: cognitoListener.origin,
      log,
      now: clock.now,
    });
    cleanups.push(() => cognito.close());
    return cognito;
  };
  /** What the account gives every container: its tables, if there are any. */
  const startTables = async (): Promise<Readonly<Record<string, string>>> => {
    if (topology.tables.length === 0) return {};
    const { region } = options;
    const dynamoDb = await startDynamoDb(topology.tables, { region, accountId: ACCOUNT_ID, log });
    cleanups.push(() => dynamoDb.close());
    return dynamoDb.environment;
  };
  const startServices = async (): Promise<ReadonlyMap<string, RunningService>> => {
    const environment = await startTables();
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
  };
  const [cognitoResult, servicesResult] = await Promise.allSettled([startCognito(), startServices()]);
  const cognito = valueOf(cognitoResult);
  const services = valueOf(servicesResult);

  const requests = new RequestLog();
  const report =
    (via: AnsweredRequest['via']) =>
    (request: Request, status: number, durationMs: number): void => {
      onRequest(requests.add(via, request, status, durationMs));
    };
  const apis = restApis(topology, { cognito, services, clock, faults }, cleanups);
  const distribution = distributionHandler(topology.distribution, originServers(topology, apis), ACCOUNT_ID);
  site.serve(answerWith(distribution, log, report('distribution')));
  const [firstApi] = apis.values();
  if (firstApi) apiGateway.serve(answerWith(firstApi, log, report('execute-api')));
  cognitoListener.serve((request, response) => cognito.handle(request, response));

  const state: State = {
    pid: process.pid,
    url: site.origin,
    ...signInState(topology, cognito),
    apiEndpoint: `${apiGateway.origin}/${topology.restApis[0]?.stages[0] ?? ''}`,
    consoleUrl: consoleListener.origin,
    backendUrl: `http://127.0.0.1:${[...services.values()][0]?.port() ?? 0}`,
    users: users.users.map(({ username, password }) => ({ username, password })),
  };
  const urls = [
    ['Site', state.url],
    ['API', state.apiEndpoint],
    ['Sign-in', state.cognitoDomain],
  ] as const;
  consoleListener.serve(consoleHandler(consoleListener.port, urls, requests));
  cleanups.push(await writeStateFile(options.stateFile, state));
  return { state, notRun: topology.stack.unread(), close };
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

/** Handlers of the REST APIs, by host name. */
function restApis(
  topology: Topology,
  {
    cognito,
    services,
    clock,
    faults,
  }: {
    readonly cognito: Cognito;
    readonly services: ReadonlyMap<string, RunningService>;
    readonly clock: Clock;
    readonly faults: BackendFaults;
  },
  cleanups: Cleanup[],
): ReadonlyMap<string, Handler> {
  const issuers: TokenIssuer[] = topology.userPools.map((pool) => ({
    arn: pool.arn,
    issuer: cognito.issuer(pool.id),
    jwks: () => cognito.jwks(pool.id),
  }));
  const authorizer = new TokenAuthorizer(issuers, clock.now);
  const backends = new Map(
    topology.loadBalancers.map((loadBalancer) => {
      const backend = loadBalancerBackend(
        loadBalancer,
        (targetGroupArn) => services.get(targetGroupArn)?.port(),
        faults,
      );
      cleanups.push(() => backend.close());
      return [loadBalancer.arn, backend.send];
    }),
  );
  return new Map(topology.restApis.map((api) => [api.host, restApiHandler(api, authorizer, backends)]));
}

/** Who answers behind each host name that an origin may have. */
function originServers(
  topology: Topology,
  apis: ReadonlyMap<string, Handler>,
): ReadonlyMap<string, OriginServer> {
  const servers = new Map<string, OriginServer>();
  for (const [host, handler] of apis) servers.set(host, (request) => handler(request));
  for (const bucket of topology.buckets) {
    for (const host of bucket.hosts) {
      servers.set(host, (request, signer) => Promise.resolve(answerFromBucket(bucket, request, signer)));
    }
  }
  return servers;
}

function signInState(
  { userPools, restApis: apis, stack }: Topology,
  cognito: Cognito,
): Pick<State, 'issuer' | 'cognitoDomain' | 'clientId' | 'callbackUrl' | 'logoutUrl' | 'apiScope'> {
  const [pool] = userPools;
  const [client] = pool?.clients ?? [];
  const scopes = apis.length > 0 ? stack.ofType('AWS::ApiGateway::Method').flatMap(methodScopes) : [];
  return {
    issuer: pool ? cognito.issuer(pool.id) : '',
    cognitoDomain: pool ? cognito.domain(pool.id) : '',
    clientId: client?.id ?? '',
    callbackUrl: client?.callbackUrls[0] ?? '',
    logoutUrl: client?.logoutUrls[0] ?? '',
    apiScope: scopes[0] ?? '',
  };
}

function methodScopes({ properties }: { readonly properties: Readonly<Record<string, unknown>> }): string[] {
  return (properties['AuthorizationScopes'] as string[] | undefined) ?? [];
}
