import { rule, type Findings } from '../rule';
import { apiBehind, behaviorsOf, bucketBehind, distributionsOf, nameOf, type Behavior } from './distribution';
import { managedPolicyName, type PolicyKind } from '@spa-on-aws/cloudformation';

/** There is one distribution at least, so that what is proved about behaviors is not empty. */
export const siteIsThere = rule(
  'site',
  'site-and-api-served',
  [],
  'a distribution serves a bucket of this template by default and a REST API of it below /api/',
  function* ({ template }) {
    const behaviors = behaviorsOf(template);
    const remedy = 'Serve the site’s bucket by default and the REST API at /api/*.';
    const fallback = behaviors.find((behavior) => behavior.isDefault);
    if (!fallback || !bucketBehind(template, fallback)) {
      yield {
        path: fallback?.config.path ?? 'Resources',
        problem: 'no distribution serves a bucket of this template by default',
        remedy,
      };
    }
    if (!behaviors.some((behavior) => apiBehind(template, behavior) && behavior.pattern === '/api/*')) {
      yield { path: 'Resources', problem: 'no behavior /api/* leads to a REST API of this template', remedy };
    }
  },
);

/** What the API answers is nobody else's. */
export const apiIsNotCached = rule(
  'site',
  'api-not-cached',
  ['CF-TTL-09', 'CF-REQ-07'],
  'behaviors of the API cache nothing and hand on every header but Host, by HTTPS only',
  function* ({ template }) {
    for (const behavior of behaviorsOf(template)) {
      if (!apiBehind(template, behavior) || !behavior.origin) continue;
      yield* namedPolicyFindings(
        behavior,
        'CachePolicy',
        'CachingDisabled',
        'an answer could reach another person',
      );
      yield* namedPolicyFindings(
        behavior,
        'OriginRequestPolicy',
        'AllViewerExceptHostHeader',
        'Authorization would be lost, or Host would make API Gateway answer 403',
      );
      const viewer = behavior.config.get('ViewerProtocolPolicy');
      if (!['https-only', 'redirect-to-https'].includes(viewer.text)) {
        yield {
          path: viewer.path,
          problem: `ViewerProtocolPolicy is ${viewer.text || 'missing'}: a token could be sent in clear`,
          remedy: 'Set it to https-only.',
        };
      }
      const origin = behavior.origin.get('CustomOriginConfig', 'OriginProtocolPolicy');
      if (origin.text !== 'https-only') {
        yield {
          path: origin.path,
          problem: `OriginProtocolPolicy is ${origin.text || 'missing'}: API Gateway speaks HTTPS only (AG-LIM-10)`,
          remedy: 'Set it to https-only.',
        };
      }
    }
  },
);

function* namedPolicyFindings(behavior: Behavior, kind: PolicyKind, wanted: string, why: string): Findings {
  const id = behavior.config.get(`${kind}Id`);
  const found = managedPolicyName(kind, id.text);
  if (found === wanted) return undefined;
  yield {
    path: id.path,
    problem: `${kind} of ${nameOf(behavior)} is ${(found ?? id.text) || 'missing'}, not ${wanted}: ${why}`,
    remedy: `Use the managed policy ${wanted}.`,
  };
}

/** People and their tokens never go in clear. */
export const httpsOnly = rule(
  'site',
  'https-only',
  ['CF-HTTPS-01'],
  'no behavior answers over plain HTTP',
  function* ({ template }) {
    for (const behavior of behaviorsOf(template)) {
      const viewer = behavior.config.get('ViewerProtocolPolicy');
      if (apiBehind(template, behavior) || ['https-only', 'redirect-to-https'].includes(viewer.text))
        continue;
      yield {
        path: viewer.path,
        problem: `${nameOf(behavior)} has ViewerProtocolPolicy ${viewer.text || 'missing'}: it answers over plain HTTP`,
        remedy: 'Set it to redirect-to-https.',
      };
    }
  },
);

/** An error of the API stays the API's. */
export const errorsStay = rule(
  'site',
  'api-errors-unchanged',
  ['CF-ERR-01'],
  'no error is replaced by a page, which would hit the API’s errors too; the SPA fallback runs on the default behavior only',
  function* ({ template }) {
    for (const distribution of distributionsOf(template)) {
      const responses = distribution.properties.get('DistributionConfig', 'CustomErrorResponses');
      if (responses.items.length === 0) continue;
      yield {
        path: responses.path,
        problem: `CustomErrorResponses replace ${responses.items
          .map((response) => response.get('ErrorCode').text)
          .join(', ')} of every behavior, the API’s included`,
        remedy: 'Let a viewer-request function on the default behavior answer deep links.',
      };
    }
    for (const behavior of behaviorsOf(template)) {
      const associations = behavior.config.get('FunctionAssociations');
      if (behavior.isDefault || associations.items.length === 0) continue;
      yield {
        path: associations.path,
        problem: `${nameOf(behavior)} runs a function: the SPA fallback belongs to the default behavior alone`,
        remedy: 'Remove FunctionAssociations there.',
      };
    }
  },
);

/** Configuration is fetched anew every time. */
export const configIsFresh = rule(
  'site',
  'config-json-not-cached',
  [],
  '/config.json is published at deployment with no-store and served by a behavior that caches nothing',
  function* ({ template }) {
    const distributions = distributionsOf(template);
    for (const distribution of distributions) {
      const behavior = behaviorsOf(template).find(
        (one) => one.distribution === distribution && one.pattern === '/config.json',
      );
      const policy = behavior?.config.get('CachePolicyId');
      if (policy && managedPolicyName('CachePolicy', policy.text) === 'CachingDisabled') continue;
      yield {
        path: policy?.path ?? `${distribution.path}.Properties.DistributionConfig.CacheBehaviors`,
        problem:
          'no behavior for /config.json with CachingDisabled: a stale configuration would stay at the edge',
        remedy: 'Add a behavior /config.json with the managed policy CachingDisabled.',
      };
    }
    const published = template
      .ofType('Custom::CDKBucketDeployment')
      .filter((deployment) => deployment.properties.get('SourceMarkers').isPresent);
    if (published.length === 0) {
      yield {
        path: 'Resources',
        problem: 'no configuration is published with values of the deployment: it would have to be built in',
        remedy: 'Publish config.json by a BucketDeployment with Source.jsonData.',
      };
    }
    for (const deployment of published) {
      const header = deployment.properties.get('SystemMetadata', 'cache-control');
      if (header.text === 'no-store') continue;
      yield {
        path: header.path,
        problem: `the published configuration has Cache-Control '${header.text}', so browsers may keep it`,
        remedy: 'Set it to no-store.',
      };
    }
  },
);
