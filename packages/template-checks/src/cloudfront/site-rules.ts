import { finding, rule, type Findings } from '../rule';
import { apiBehind, behaviorsOf, bucketBehind, distributionsOf, nameOf, type Behavior } from './distribution';
import { BUCKET_DEPLOYMENT, managedPolicyName, type PolicyKind } from '@spa-on-aws/cloudformation';

export const siteIsThere = rule(
  'site',
  'site-and-api-served',
  'a distribution serves a bucket of the template by default, and a REST API of the template at /api/*',
  function* ({ template }) {
    const behaviors = behaviorsOf(template);
    const remedy = 'Use the bucket as origin of the default behavior, and the REST API as origin of /api/*.';
    const fallback = behaviors.find((behavior) => behavior.isDefault);
    if (!fallback || !bucketBehind(template, fallback)) {
      yield finding(
        fallback?.config.path ?? 'Resources',
        'no distribution serves a bucket of this template by default',
        remedy,
      );
    }
    if (!behaviors.some((behavior) => apiBehind(template, behavior) && behavior.pattern === '/api/*')) {
      yield finding('Resources', 'no behavior /api/* has a REST API of this template as origin', remedy);
    }
  },
);

export const apiIsNotCached = rule(
  'site',
  'api-not-cached',
  'behaviors of the API do not cache, forward all headers except Host, and use HTTPS only',
  function* ({ template }) {
    for (const behavior of behaviorsOf(template)) {
      if (!apiBehind(template, behavior) || !behavior.origin) continue;
      yield* namedPolicyFindings(
        behavior,
        'CachePolicy',
        'CachingDisabled',
        'a user could get the response of another user',
      );
      yield* namedPolicyFindings(
        behavior,
        'OriginRequestPolicy',
        'AllViewerExceptHostHeader',
        'Authorization would be missing, or API Gateway would respond with 403 because of Host',
      );
      const viewer = behavior.config.get('ViewerProtocolPolicy');
      if (!['https-only', 'redirect-to-https'].includes(viewer.text)) {
        yield finding(
          viewer,
          `ViewerProtocolPolicy is ${viewer.text || 'missing'}: a token could be sent unencrypted`,
          'Set it to https-only.',
        );
      }
      const origin = behavior.origin.get('CustomOriginConfig', 'OriginProtocolPolicy');
      if (origin.text !== 'https-only') {
        yield finding(
          origin,
          `OriginProtocolPolicy is ${origin.text || 'missing'}, but API Gateway accepts only HTTPS (AG-LIM-10)`,
          'Set it to https-only.',
        );
      }
    }
  },
  ['CF-TTL-09', 'CF-REQ-07'],
);

function* namedPolicyFindings(behavior: Behavior, kind: PolicyKind, wanted: string, why: string): Findings {
  const id = behavior.config.get(`${kind}Id`);
  const found = managedPolicyName(kind, id.text);
  if (found === wanted) return;
  yield finding(
    id,
    `${kind} of ${nameOf(behavior)} is ${(found ?? id.text) || 'missing'}, not ${wanted}: ${why}`,
    `Use the managed policy ${wanted}.`,
  );
}

export const httpsOnly = rule(
  'site',
  'https-only',
  'no behavior serves content over plain HTTP',
  function* ({ template }) {
    for (const behavior of behaviorsOf(template)) {
      const viewer = behavior.config.get('ViewerProtocolPolicy');
      if (apiBehind(template, behavior) || ['https-only', 'redirect-to-https'].includes(viewer.text))
        continue;
      yield finding(
        viewer,
        `${nameOf(behavior)} has ViewerProtocolPolicy ${viewer.text || 'missing'}: it serves content over plain HTTP`,
        'Set it to redirect-to-https.',
      );
    }
  },
  ['CF-HTTPS-01'],
);

export const errorsStay = rule(
  'site',
  'api-errors-unchanged',
  'no error response is replaced by a page, which would also replace errors of the API; only the default behavior has the SPA fallback',
  function* ({ template }) {
    for (const distribution of distributionsOf(template)) {
      const responses = distribution.properties.get('DistributionConfig', 'CustomErrorResponses');
      if (responses.items.length === 0) continue;
      yield finding(
        responses,
        `CustomErrorResponses replace errors ${responses.items
          .map((response) => response.get('ErrorCode').text)
          .join(', ')} of every behavior, including the API`,
        'Rewrite deep links with a viewer-request function on the default behavior.',
      );
    }
    for (const behavior of behaviorsOf(template)) {
      const associations = behavior.config.get('FunctionAssociations');
      if (behavior.isDefault || associations.items.length === 0) continue;
      yield finding(
        associations,
        `${nameOf(behavior)} runs a function, but the SPA fallback belongs only on the default behavior`,
        'Remove FunctionAssociations from it.',
      );
    }
  },
  ['CF-ERR-01'],
);

export const configIsFresh = rule(
  'site',
  'config-json-not-cached',
  '/config.json is deployed with no-store, and its behavior does not cache',
  function* ({ template }) {
    const distributions = distributionsOf(template);
    for (const distribution of distributions) {
      const behavior = behaviorsOf(template).find(
        (one) => one.distribution === distribution && one.pattern === '/config.json',
      );
      const policy = behavior?.config.get('CachePolicyId');
      if (policy && managedPolicyName('CachePolicy', policy.text) === 'CachingDisabled') continue;
      yield finding(
        policy?.path ?? `${distribution.path}.Properties.DistributionConfig.CacheBehaviors`,
        'no behavior for /config.json has CachingDisabled: CloudFront would serve an old configuration',
        'Add a behavior /config.json with the managed policy CachingDisabled.',
      );
    }
    const configurations = template
      .ofType(BUCKET_DEPLOYMENT)
      .filter((deployment) => deployment.properties.get('SourceMarkers').isPresent);
    if (configurations.length === 0) {
      yield finding(
        'Resources',
        'no deployment writes a configuration with values of the stack',
        'Deploy config.json with BucketDeployment and Source.jsonData.',
      );
    }
    for (const deployment of configurations) {
      const header = deployment.properties.get('SystemMetadata', 'cache-control');
      if (header.text === 'no-store') continue;
      yield finding(
        header,
        `the configuration has Cache-Control '${header.text}', so browsers may cache it`,
        'Set it to no-store.',
      );
    }
  },
);
