import { UnsupportedPropertyError } from '@spa-on-aws/cloudformation';
import { z } from 'zod';
import { formatDuration } from '../../run/clock';
import { ACCOUNT_ID } from '../../run/account';
import { accountState, defineService, type RequiredLink } from '../../run/service';
import { BROWSER, mapNode, type TopologyPart } from '../../run/topology-node';
import { type Behavior, type Distribution, type Origin, readDistributions } from './model/distribution';
import { EdgeCaches } from './pipeline/cache/edge-cache';
import { distributionHandler } from './pipeline/handler';
import { httpOriginServer } from './pipeline/origin/http-origin';
import { distributionFaults } from './pipeline/viewer/malformed-request';
import { cloudFrontResourceTypes } from './resource-types';

const DISTRIBUTION = 'AWS::CloudFront::Distribution';

export const cachesOf = accountState(() => new EdgeCaches());

export const cloudFront = defineService({
  resourceTypes: cloudFrontResourceTypes,
  listens: { kind: 'distribution', resourceType: DISTRIBUTION },
  localHosts: (stack, { distributions }) =>
    stack.ofType(DISTRIBUTION).flatMap((resource) => {
      const origin = distributions.get(resource.logicalId);
      return origin === undefined ? [] : [[String(resource.attribute('DomainName')), origin] as const];
    }),
  readModel: (stack, stacks) => readDistributions(stack, new Map(stacks.flatMap(({ files }) => [...files]))),
  requires: (distributions) =>
    distributions.flatMap(({ logicalId, behaviors }) =>
      behaviors.flatMap((behavior) =>
        originsOf(behavior).map((origin): RequiredLink => ({
          kind: 'host',
          id: origin.domainName,
          missing: () =>
            new UnsupportedPropertyError(logicalId, DISTRIBUTION, [
              {
                property: `DistributionConfig.Origins (${origin.id}).DomainName`,
                detail:
                  `behavior ${behavior.pattern} leads to ${origin.domainName}, which is neither a bucket nor a REST API ` +
                  `of this template. Name a local server for it: --stand-in https://${origin.domainName}=http://localhost:8080`,
                flag: `--stand-in https://${origin.domainName}=http://localhost:8080`,
              },
            ]),
        })),
      ),
    ),
  start: async (distributions, { account, network, stack, previous }) => {
    const { clock, log, options } = account;
    for (const { domainName } of distributions.flatMap(({ behaviors }) => behaviors.flatMap(originsOf))) {
      const url = localSubstitute(domainName, options.standIns);
      if (url) network.hosts.set(domainName, httpOriginServer(url, network.upstream));
    }
    const caches = cachesOf(account);
    const endpoints = distributions.map((distribution) => ({
      logicalId: distribution.logicalId,
      hosts: [distribution.domainName, ...distribution.aliases],
      faults: distributionFaults(distribution, clock.now),
      handler: distributionHandler(distribution, {
        originServers: network.hosts,
        accountId: ACCOUNT_ID,
        now: clock.now,
        onFunctionLog: (name, line) => log.info(`function ${name}: ${line}`),
        onBackgroundFault: (error) =>
          log.error(
            { err: error },
            'a cached response could not be refreshed in the background; it stays cached',
          ),
        cache: caches.of(distribution.id),
      }),
    }));
    const takeOver = async (): Promise<string[]> => {
      if (previous) for (const [id, path] of invalidations(stack)) caches.of(id).purge(path);
      return [];
    };
    return { running: undefined, endpoints, takeOver };
  },
  topology: (distributions) => ({
    nodes: distributions.map((distribution) => nodeOf(distribution, distributions.length === 1)),
    edges: distributions.flatMap((distribution): TopologyPart['edges'] => [
      { from: BROWSER, to: distributionId(distribution) },
      ...distribution.behaviors.map((behavior) => ({
        from: behaviorId(distribution, behavior),
        to: { kind: 'host' as const, id: behavior.origin.domainName },
      })),
    ]),
  }),
});

const originsOf = ({ origin, failover }: Behavior): Origin[] =>
  failover ? [origin, failover.origin] : [origin];

/** Returns the local URL given for a custom origin, whatever its scheme and port in the distribution. */
export function localSubstitute(host: string, standIns: ReadonlyMap<string, URL>): URL | undefined {
  return [...standIns].find(
    ([origin]) => URL.canParse(origin) && new URL(origin).hostname === host.toLowerCase(),
  )?.[1];
}

const InvalidatingDeployment = z.looseObject({
  DistributionId: z.string().optional(),
  DistributionPaths: z.array(z.string()).default(['/*']),
});

/** Lists what bucket deployments invalidate. */
function invalidations(
  stack: Parameters<typeof readDistributions>[0],
): [distributionId: string, path: string][] {
  return stack.ofType('Custom::CDKBucketDeployment').flatMap(({ properties }) => {
    const { DistributionId: id, DistributionPaths: paths } = InvalidatingDeployment.parse(properties);
    return id === undefined ? [] : paths.map((path): [string, string] => [id, path]);
  });
}

export const distributionId = ({ logicalId }: { readonly logicalId: string }): string =>
  `distribution:${logicalId}`;
export const behaviorId = (
  distribution: { readonly logicalId: string },
  { pattern }: Pick<Behavior, 'pattern'>,
): string => `behavior:${distribution.logicalId}:${pattern}`;

function nodeOf(distribution: Distribution, isOnly: boolean): TopologyPart['nodes'][number] {
  const role = 'the address of the site: routes requests, caches files, sets security headers';
  return mapNode({
    id: distributionId(distribution),
    kind: 'distribution',
    name: isOnly ? 'CloudFront' : distribution.logicalId,
    role: isOnly ? role : `CloudFront: ${role}`,
    parts: distribution.behaviors.map((behavior) => ({
      id: behaviorId(distribution, behavior),
      title: behavior.pattern === '*' ? 'everything else' : behavior.pattern,
      facts: behaviorFacts(behavior),
      policies: behaviorPolicies(behavior),
    })),
    column: 2,
  });
}

function behaviorFacts({ cachePolicy, allowedMethods }: Behavior): string[] {
  return [
    cachePolicy.maxTtl > 0 ? `cached up to ${formatDuration(cachePolicy.maxTtl * 1_000)}` : 'never cached',
    allowedMethods.length > 3 ? 'all methods' : 'read-only methods',
  ];
}

function behaviorPolicies(behavior: Behavior): (readonly [effect: string, name: string])[] {
  const { viewerRequest, originRequestPolicy, responseHeadersPolicy } = behavior;
  return [
    ...(viewerRequest ? [['function', viewerRequest.name] as const] : []),
    ['cache', behavior.cachePolicy.name] as const,
    ...(originRequestPolicy ? [['forwards', originRequestPolicy.name] as const] : []),
    ...(responseHeadersPolicy ? [['headers', responseHeadersPolicy.name] as const] : []),
  ];
}
