import { type TokenIssuer, TokenAuthorizer } from '../services/apigateway/authorizer';
import { restApiHandler } from '../services/apigateway/handler';
import type { Account } from './account';
import type { Distribution, Origin } from '../services/cloudfront/distribution';
import { distributionHandler, type OriginServer } from '../services/cloudfront/handler';
import { httpOriginServer } from '../services/cloudfront/http-origin';
import type { Cognito } from '../services/cognito/cognito';
import type { RunningService } from '../services/ecs/running-service';
import { loadBalancerBackend } from '../services/elasticloadbalancing/backend';
import type { Handler } from '../http/message';
import { Upstream } from '../http/upstream';
import { bucketServer } from '../services/s3/handler';
import { ACCOUNT_ID, standInOf, type Topology } from './topology';

/** Everything a request can pass through, connected as the template says. */
export interface RequestPath {
  /** By logical id. */
  readonly distributions: ReadonlyMap<string, Handler>;
  /** By logical id. */
  readonly restApis: ReadonlyMap<string, Handler>;
  /** Drops the connections to containers. */
  close(): void;
}

/** What answers that is not made from the topology alone. */
export interface RunningParts {
  readonly cognito: Cognito;
  /** By ARN of the target group. */
  readonly services: ReadonlyMap<string, RunningService>;
}

/** Connects the handlers of the services to each other. */
export function connectServices(topology: Topology, parts: RunningParts, account: Account): RequestPath {
  const closers: (() => void)[] = [];
  const upstream = new Upstream();
  closers.push(() => upstream.close());
  const restApis = connectRestApis(topology, parts, account, upstream, closers);
  const servers = originServers(topology, restApis, account.options.standIns, upstream);
  return {
    distributions: new Map(
      topology.distributions.map((distribution) => [
        distribution.logicalId,
        distributionHandler(distribution, {
          originServers: servers,
          accountId: ACCOUNT_ID,
          now: account.clock.now,
          onFunctionLog: (name, line) => account.log.info(`function ${name}: ${line}`),
          onBackgroundFault: (error) =>
            account.log.error({ err: error }, 'a copy in the cache was not made anew; the old one stays'),
          cache: account.caches.of(distribution.id),
        }),
      ]),
    ),
    restApis: new Map(
      topology.restApis.flatMap(({ logicalId, host }) => {
        const handler = restApis.get(host);
        return handler ? [[logicalId, handler] as const] : [];
      }),
    ),
    close: () => closers.forEach((close) => close()),
  };
}

/** Handlers by host name. */
function connectRestApis(
  topology: Topology,
  { cognito, services }: RunningParts,
  { clock, faults, throttle, options: { standIns }, log }: Account,
  upstream: Upstream,
  closers: (() => void)[],
): ReadonlyMap<string, Handler> {
  const issuers: TokenIssuer[] = topology.userPools.map((pool) => ({
    arn: pool.arn,
    issuer: cognito.issuer(pool.id),
    jwks: () => cognito.jwks(pool.id),
    expiredBefore: () => cognito.controls.expiredBefore(),
  }));
  const authorizer = new TokenAuthorizer(issuers, clock.now);
  const backends = new Map(
    topology.loadBalancers.map((loadBalancer) => {
      const backend = loadBalancerBackend(
        loadBalancer,
        (targetGroupArn) => services.get(targetGroupArn)?.targets() ?? [],
        faults,
      );
      closers.push(() => backend.close());
      return [loadBalancer.arn, backend.send];
    }),
  );
  const reach = { backends, standIns, upstream };
  return new Map(
    topology.restApis.map((api) => {
      const localHosts = loopbackHosts(topology.origins.localize(`https://${api.host}`));
      return [
        api.host,
        restApiHandler(api, { authorizer, now: clock.now, throttle, log, localHosts, ...reach }),
      ];
    }),
  );
}

/** Every origin that a request can reach. */
function originsOf({ behaviors }: Distribution): Origin[] {
  return behaviors.flatMap(({ origin, failover }) => (failover ? [origin, failover.origin] : [origin]));
}

function loopbackHosts(origin: string): ReadonlySet<string> {
  const { port } = new URL(origin);
  return new Set(['localhost', '127.0.0.1', '[::1]'].map((host) => `${host}:${port}`));
}

/** Who answers behind each host name that an origin may have. */
function originServers(
  topology: Topology,
  apis: ReadonlyMap<string, Handler>,
  standIns: ReadonlyMap<string, URL>,
  upstream: Upstream,
): ReadonlyMap<string, OriginServer> {
  const servers = new Map<string, OriginServer>();
  for (const origin of topology.distributions.flatMap(originsOf)) {
    const url = standInOf(origin, standIns);
    if (url) servers.set(origin.domainName, httpOriginServer(url, upstream));
  }
  for (const [host, handler] of apis) servers.set(host, (request) => handler(request));
  for (const bucket of topology.buckets) {
    for (const host of bucket.hosts) servers.set(host, bucketServer(bucket, host));
  }
  return servers;
}
