import type { TemplateDocument, TemplateResource } from '@spa-on-aws/cloudformation';
import { rule } from '../rule';
import { ASSUMED, type Load } from './load';

/** Flat-rate plan of CloudFront, in US dollars per month, with the requests and the data to viewers that it includes. */
interface Plan {
  readonly name: string;
  readonly usd: number;
  readonly requests: number;
  readonly gb: number;
}

/** Source: aws.amazon.com/cloudfront/pricing; duckbillhq.com, 2026-01. They include AWS WAF, functions and access logs. */
const PLANS: readonly Plan[] = [
  { name: 'Free', usd: 0, requests: 1e6, gb: 100 },
  { name: 'Pro', usd: 15, requests: 10e6, gb: 50_000 },
  { name: 'Business', usd: 200, requests: 125e6, gb: 50_000 },
  { name: 'Premium', usd: 1000, requests: 500e6, gb: 50_000 },
];

const GB = 1e9;

/** Returns the requests to a distribution in a month, and the data that it sends, in GB. */
export function edgeTraffic({ requests, pageLoads }: Load): {
  readonly requests: number;
  readonly gb: number;
} {
  return {
    requests: requests + pageLoads * ASSUMED.filesPerPageLoad,
    gb: (requests * ASSUMED.bytesPerAnswer + pageLoads * ASSUMED.bytesPerPageLoad) / GB,
  };
}

/** Returns the cheapest plan that includes the traffic of a load; `undefined` when none does. */
export function planFor(load: Load): Plan | undefined {
  const { requests, gb } = edgeTraffic(load);
  return PLANS.find((plan) => requests <= plan.requests && gb <= plan.gb);
}

/** Says what CloudFront would cost with a plan under several loads. */
export function describePlans(loads: readonly Load[]): string {
  const plans = loads.map((load) => {
    const plan = planFor(load);
    const at =
      load.requestsPerSecond === 0 ? 'idle' : `${load.requestsPerSecond.toLocaleString('en-US')} req/s`;
    return `${at} ${plan ? `$${plan.usd.toLocaleString('en-US')} (${plan.name})` : 'more than the largest plan includes'}`;
  });
  return `with a flat-rate plan, CloudFront, its web ACL and its logs together cost: ${plans.join(', ')}`;
}

/** Returns what keeps a distribution from a plan. Source: CloudFront developer guide, flat-rate pricing plans. */
function obstacles({ properties }: TemplateResource): string[] {
  const config = properties.get('DistributionConfig');
  const behaviors = [config.get('DefaultCacheBehavior'), ...config.get('CacheBehaviors').items];
  const has = (name: string) => behaviors.some((behavior) => behavior.get(name).isPresent);
  const found: readonly (readonly [boolean, string])[] = [
    [!config.get('WebACLId').isPresent, 'it has no web ACL'],
    [has('LambdaFunctionAssociations'), 'it runs Lambda@Edge functions'],
    [has('ForwardedValues'), 'it uses ForwardedValues, not policies'],
    [has('RealtimeLogConfigArn'), 'it has real-time logs'],
    [has('FieldLevelEncryptionId'), 'it encrypts fields'],
    [config.get('ContinuousDeploymentPolicyId').isPresent, 'it has a continuous deployment policy'],
    [config.get('ViewerCertificate', 'IamCertificateId').isPresent, 'its certificate is in IAM'],
    [config.get('ViewerCertificate', 'SslSupportMethod').text === 'vip', 'it has dedicated IP addresses'],
  ];
  return found.flatMap(([applies, what]) => (applies ? [what] : []));
}

/** Returns the distributions of a template with what keeps each from a plan. */
const distributionsOf = (template: TemplateDocument) =>
  template.ofType('AWS::CloudFront::Distribution').map((one) => ({ id: one.id, why: obstacles(one) }));

/** A plan is a choice of the account, so a distribution that fits none is no failure: the rule only says so. */
export const flatRatePlan = rule(
  'site',
  'cloudfront-flat-rate-plan',
  'says whether the distribution fits a flat-rate plan of CloudFront, and what keeps it from one',
  function* ({ template }) {
    for (const { id, why } of distributionsOf(template)) {
      yield { note: why.length === 0 ? `${id} fits` : `${id} does not fit: ${why.join(', ')}` };
    }
  },
);
