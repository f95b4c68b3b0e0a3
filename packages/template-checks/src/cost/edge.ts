import type { Template, Value } from '@spa-on-aws/cloudformation';
import type { Estimator } from './estimate';
import { ASSUMED } from './load';
import { PRICES } from './prices';

const GB = 1e9;
const DAYS = 30;

/** Distributions: requests, data, function runs and logs. Every API request comes by the first of them. */
export const estimateEdge: Estimator = (template, load) => {
  const [distribution] = template.ofType('AWS::CloudFront::Distribution');
  if (!distribution) return { usages: [], remarks: [] };
  const config = distribution.properties.get('DistributionConfig');
  const requests = load.requests + load.pageLoads * ASSUMED.filesPerPageLoad;
  const bytes = load.requests * ASSUMED.bytesPerAnswer + load.pageLoads * ASSUMED.bytesPerPageLoad;
  const runs = config.get('DefaultCacheBehavior', 'FunctionAssociations').items.length * load.pageLoads;
  const item = 'CloudFront';
  const logging = config.get('Logging', 'Bucket');
  return {
    usages: [
      { item, price: PRICES.edgeRequests, units: requests },
      { item, price: PRICES.edgeTransfer, units: bytes / GB },
      { item, price: PRICES.edgeFunctions, units: runs * ASSUMED.functionRunsPerPageLoad },
      ...(logging.isPresent
        ? [
            {
              item: 'Logs of requests',
              price: PRICES.objectStorage,
              units: ((requests * ASSUMED.bytesPerEdgeLogLine) / GB) * (keptDays(template, logging) / DAYS),
            },
          ]
        : []),
    ],
    remarks: [],
  };
};

/** How long a bucket keeps its objects; for ever is taken as ten years. */
function keptDays(template: Template, bucket: Value): number {
  const [id] = [...bucket.mentions].filter((one) => template.resource(one)?.type === 'AWS::S3::Bucket');
  const rules = template.resource(id)?.properties.get('LifecycleConfiguration', 'Rules').items ?? [];
  return Math.min(3650, ...rules.flatMap((rule) => rule.get('ExpirationInDays').number ?? []));
}
