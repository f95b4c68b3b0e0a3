import { apiBehind, behaviorsOf } from '../cloudfront/distribution';
import { finding, rule } from '../rule';
import type { TemplateDocument } from '@spa-on-aws/cloudformation';

export const throttleFitsTasks = rule(
  'lifecycle',
  'api-throttled',
  'every stage of the API has a throttle for all requests, at most what the maximum number of tasks is scaled for',
  function* ({ template }) {
    const limit = requestsPerSecond(template);
    for (const stage of template.ofType('AWS::ApiGateway::Stage')) {
      const settings = stage.properties.get('MethodSettings');
      const all = settings.items.find(
        (one) => one.get('ResourcePath').text === '/*' && one.get('HttpMethod').text === '*',
      );
      const rate = all?.get('ThrottlingRateLimit');
      if (rate?.number === undefined || rate.number < 0) {
        yield finding(
          rate?.path ?? settings.path,
          `stage ${stage.id} has no throttle of its own: only the account's limit stops a flood of requests, which you pay`,
          'Set ThrottlingRateLimit and ThrottlingBurstLimit for ResourcePath /* and HttpMethod *.',
        );
      } else if (limit !== undefined && rate.number > limit) {
        yield finding(
          rate,
          `the throttle of ${rate.text} requests per second is more than the ${limit} that scaling has tasks for`,
          `Lower ThrottlingRateLimit to ${limit}, or raise MaxCapacity of the tasks.`,
        );
      }
    }
  },
);

/** Returns the requests per second for which scaling has tasks, if a policy tells. */
function requestsPerSecond(template: TemplateDocument): number | undefined {
  const [target] = template.ofType('AWS::ApplicationAutoScaling::ScalableTarget');
  const [perMinute] = template
    .ofType('AWS::ApplicationAutoScaling::ScalingPolicy')
    .map(({ properties }) => properties.get('TargetTrackingScalingPolicyConfiguration'))
    .filter(
      (policy) =>
        policy.get('PredefinedMetricSpecification', 'PredefinedMetricType').text ===
        'ALBRequestCountPerTarget',
    );
  const tasks = target?.properties.get('MaxCapacity').number;
  const perTask = perMinute?.get('TargetValue').number;
  return tasks === undefined || perTask === undefined ? undefined : (tasks * perTask) / 60;
}

/** Security policies that accept TLS 1.3 only. CloudFront's documentation lists TLS 1.2 as the newest protocol to origins. */
const ONLY_TLS_1_3 = /^SecurityPolicy_TLS13_1_3_/;

export const modernTls = rule(
  'site',
  'api-tls-1-2-or-later',
  'REST APIs require TLS 1.2 or later and the strict endpoint access mode, and CloudFront can connect to them',
  function* ({ template }) {
    const behindCloudFront = behaviorsOf(template).map((behavior) => apiBehind(template, behavior));
    for (const api of template.ofType('AWS::ApiGateway::RestApi')) {
      const policy = api.properties.get('SecurityPolicy');
      const mode = api.properties.get('EndpointAccessMode');
      if (!policy.text.startsWith('SecurityPolicy_TLS1')) {
        yield finding(
          policy,
          `API ${api.id} has security policy ${policy.text || 'TLS_1_0, the default'}`,
          'Set SecurityPolicy to SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09, and EndpointAccessMode to STRICT.',
        );
      } else if (mode.text !== 'STRICT') {
        yield finding(
          mode,
          `API ${api.id} has endpoint access mode ${mode.text || 'BASIC'}: it also accepts requests whose TLS host name is not the API's`,
          'Set EndpointAccessMode to STRICT.',
        );
      } else if (ONLY_TLS_1_3.test(policy.text) && behindCloudFront.includes(api.id)) {
        yield finding(
          policy,
          `${policy.text} rejects TLS 1.2, which CloudFront uses for connections to origins`,
          'Use SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09.',
        );
      }
    }
  },
);
