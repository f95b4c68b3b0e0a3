import {
  invalidProperty,
  type Resource,
  type Stack,
  unsupportedProperty,
  UnsupportedPropertyError,
} from '@spa-on-aws/cloudformation';
import type { z } from 'zod';
import { type CachePolicy, readCachePolicies } from './cache-policy';
import { assertCreatable } from './creation';
import type { CustomErrorResponse } from './custom-error-responses';
import { type BehaviorConfig, DistributionProperties } from './distribution-properties';
import { legacyPolicies } from './legacy-cache-settings';
import { type AssetFiles, type FunctionDefinition, readFunctions } from './functions';
import { type Failover, type Origin, readSigningControls, toOrigin } from './origin';
import { type OriginRequestPolicy, readOriginRequestPolicies } from './origin-request-policy';
import { readResponseHeadersPolicies, type ResponseHeadersPolicy } from './response-headers-policy';

export type { Failover, Origin } from './origin';

export interface Behavior {
  /** Path pattern, see `matchesPath`; `*` for the default behavior. */
  readonly pattern: string;
  readonly origin: Origin;
  readonly failover: Failover | undefined;
  readonly viewerProtocolPolicy: BehaviorConfig['ViewerProtocolPolicy'];
  readonly allowedMethods: readonly string[];
  readonly cachedMethods: readonly string[];
  readonly compress: boolean;
  readonly cachePolicy: CachePolicy;
  readonly originRequestPolicy: OriginRequestPolicy | undefined;
  readonly responseHeadersPolicy: ResponseHeadersPolicy | undefined;
  readonly viewerRequest: FunctionDefinition | undefined;
  readonly viewerResponse: FunctionDefinition | undefined;
}

export interface Distribution {
  readonly logicalId: string;
  readonly id: string;
  readonly arn: string;
  readonly domainName: string;
  /** Alternate domain names in lower case, e.g. `*.example.com`. */
  readonly aliases: readonly string[];
  /** Without leading slash; empty when there is none. */
  readonly defaultRootObject: string;
  /** In order of precedence, the default behavior last. */
  readonly behaviors: readonly Behavior[];
  readonly customErrorResponses: readonly CustomErrorResponse[];
}

/** Reasons why the local cloud does not run a distribution with certain features. */
const NOT_RUN = {
  disabled: 'a disabled distribution does not answer requests. Enable it, or leave it out.',
  firewall:
    'the local cloud does not run web ACLs (AWS WAF): requests that one blocks on AWS would pass. Run without it:',
  geography:
    'the local cloud does not know the location of viewers: requests that CloudFront rejects on AWS would pass. Run without the restriction:',
} as const;

const SIGNED_URLS =
  'the local cloud does not check signed URLs and cookies: requests that CloudFront rejects on AWS would pass. Run without the check:';

/** Properties of a behavior that must be empty, and why. */
const NOT_RUN_IN_BEHAVIOR = {
  LambdaFunctionAssociations:
    'the local cloud does not run Lambda@Edge. Write a CloudFront function, or leave the association out of the stage that you run locally.',
  TrustedSigners: SIGNED_URLS,
  TrustedKeyGroups: SIGNED_URLS,
  FieldLevelEncryptionId:
    'the local cloud does not encrypt fields of requests. Leave field-level encryption out of the stage that you run locally.',
} as const;

type Config = z.output<typeof DistributionProperties>['DistributionConfig'];

/** Returns the behaviors in order of precedence, with their places in the template. */
function behaviorsOf({ CacheBehaviors, DefaultCacheBehavior }: Config) {
  return [
    ...CacheBehaviors.map((behavior, index) => ({
      behavior,
      pattern: behavior.PathPattern,
      path: `DistributionConfig.CacheBehaviors[${index}]`,
    })),
    { behavior: DefaultCacheBehavior, pattern: '*', path: 'DistributionConfig.DefaultCacheBehavior' },
  ];
}

/** Checks that the local cloud has all features of a distribution. @throws UnsupportedPropertyError with all that it lacks */
function assertRunnable({ logicalId, type }: Resource, config: Config): void {
  const faults: { property: string; detail: string; flag?: string }[] = [];
  const refuseIf = (isUsed: boolean, property: string, detail: string): void => {
    const flag = detail.endsWith(':') ? `--without ${logicalId}` : undefined;
    if (isUsed) faults.push(flag ? { property, detail: `${detail} ${flag}`, flag } : { property, detail });
  };
  refuseIf(!config.Enabled, 'DistributionConfig.Enabled', NOT_RUN.disabled);
  refuseIf(config.WebACLId !== '', 'DistributionConfig.WebACLId', NOT_RUN.firewall);
  const restriction = config.Restrictions?.GeoRestriction.RestrictionType ?? 'none';
  refuseIf(restriction !== 'none', 'DistributionConfig.Restrictions.GeoRestriction', NOT_RUN.geography);
  for (const { behavior, path } of behaviorsOf(config)) {
    for (const property of Object.keys(NOT_RUN_IN_BEHAVIOR) as (keyof typeof NOT_RUN_IN_BEHAVIOR)[])
      refuseIf(behavior[property].length > 0, `${path}.${property}`, NOT_RUN_IN_BEHAVIOR[property]);
  }
  if (faults.length > 0) throw new UnsupportedPropertyError(logicalId, type, faults);
}

/**
 * Reads the stack's distributions.
 *
 * @param files assets that key value stores may import
 * @throws InvalidPropertyError for a resource that CloudFront refuses to create, and when a behavior names a policy or
 *   function that does not exist
 */
export function readDistributions(stack: Stack, files?: AssetFiles): Distribution[] {
  assertCreatable(stack);
  const cachePolicies = readCachePolicies(stack);
  const originRequestPolicies = readOriginRequestPolicies(stack);
  const responseHeadersPolicies = readResponseHeadersPolicies(stack);
  const functions = readFunctions(stack, files);
  const signingControls = readSigningControls(stack);

  return stack.ofType('AWS::CloudFront::Distribution').map((resource) => {
    const { DistributionConfig: config } = resource.read(DistributionProperties);
    assertRunnable(resource, config);
    const origins = new Map(
      config.Origins.map((origin) => [
        origin.Id,
        toOrigin(origin, signingControls.get(origin.OriginAccessControlId) ?? 'never'),
      ]),
    );
    const groups = new Map(config.OriginGroups.Items.map((group) => [group.Id, group]));
    const toBehavior = (behavior: BehaviorConfig, pattern: string, path: string): Behavior => {
      const find = <T>(map: ReadonlyMap<string, T>, id: string, property: string): T =>
        map.get(id) ??
        invalidProperty(
          resource,
          `${path}.${property}`,
          `${id} is neither in the template nor a managed policy known to the local cloud. Check the id.`,
        );
      const findPolicy = <T>(
        map: ReadonlyMap<string, T>,
        property: 'OriginRequestPolicyId' | 'ResponseHeadersPolicyId',
      ): T | undefined => {
        const id = behavior[property];
        return id === undefined ? undefined : find(map, id, property);
      };
      const cacheSettings = (): Pick<Behavior, 'cachePolicy' | 'originRequestPolicy'> => {
        const { CachePolicyId, OriginRequestPolicyId, ForwardedValues: forwarded } = behavior;
        if (CachePolicyId !== undefined && forwarded === undefined) {
          return {
            cachePolicy: find(cachePolicies, CachePolicyId, 'CachePolicyId'),
            originRequestPolicy: findPolicy(originRequestPolicies, 'OriginRequestPolicyId'),
          };
        }
        if (CachePolicyId === undefined && forwarded && OriginRequestPolicyId === undefined)
          return legacyPolicies(forwarded, behavior);
        return invalidProperty(
          resource,
          `${path}.${forwarded ? 'ForwardedValues' : 'CachePolicyId'}`,
          'a behavior has either policies or ForwardedValues, not both. Keep one of them.',
        );
      };
      const functionFor = (event: 'viewer-request' | 'viewer-response'): FunctionDefinition | undefined => {
        const { FunctionARN } =
          behavior.FunctionAssociations.find(({ EventType }) => EventType === event) ?? {};
        if (FunctionARN === undefined) return undefined;
        const property = `${path}.FunctionAssociations (${event})`;
        const found = functions.get(FunctionARN);
        const foreign = `${FunctionARN} is not a function of this template, so its code cannot be run. Declare it as AWS::CloudFront::Function.`;
        if (!found) return unsupportedProperty(resource, property, foreign);
        const unpublished = `function ${found.name} is not published; AWS associates only published functions. Set its AutoPublish to true.`;
        return found.isPublished ? found : invalidProperty(resource, property, unpublished);
      };
      const group = groups.get(behavior.TargetOriginId);
      const [first, second] = group?.Members.Items.map(({ OriginId }) => OriginId) ?? [];
      const originId = first ?? behavior.TargetOriginId;
      return {
        pattern,
        origin: find(origins, originId, 'TargetOriginId'),
        failover: group && {
          groupId: group.Id,
          origin: find(origins, second ?? '', 'TargetOriginId'),
          statuses: group.FailoverCriteria.StatusCodes.Items,
        },
        viewerProtocolPolicy: behavior.ViewerProtocolPolicy,
        allowedMethods: behavior.AllowedMethods,
        cachedMethods: behavior.CachedMethods,
        compress: behavior.Compress,
        ...cacheSettings(),
        responseHeadersPolicy: findPolicy(responseHeadersPolicies, 'ResponseHeadersPolicyId'),
        viewerRequest: functionFor('viewer-request'),
        viewerResponse: functionFor('viewer-response'),
      };
    };
    return {
      logicalId: resource.logicalId,
      id: resource.ref,
      arn: `arn:aws:cloudfront::${stack.accountId}:distribution/${resource.ref}`,
      domainName: String(resource.attribute('DomainName')),
      aliases: config.Aliases.map((alias) => alias.toLowerCase()),
      defaultRootObject: config.DefaultRootObject,
      behaviors: behaviorsOf(config).map(({ behavior, pattern, path }) =>
        toBehavior(behavior, pattern, path),
      ),
      customErrorResponses: config.CustomErrorResponses,
    };
  });
}
