import { rule, type Findings } from '../rule';
import type { Resource, Template } from '../template/template';
import type { Value } from '../template/value';
import { apiBehind, behaviorsOf, bucketBehind, distributionsOf, type Behavior } from './distribution';
import { MANAGED_POLICIES, managedPolicyName, type PolicyKind } from './managed-policies';

const GET_HEAD = 'GET HEAD';
const METHOD_SETS = new Set([GET_HEAD, 'GET HEAD OPTIONS', 'DELETE GET HEAD OPTIONS PATCH POST PUT']);
const CACHED_SETS = new Set([GET_HEAD, 'GET HEAD OPTIONS']);
const PATTERN = /^[A-Za-z0-9_\-.*$/~"'@:+&?]{1,255}$/;

/** How often a behavior of each kind occurs, said of the behavior in a finding. */
function name(behavior: Behavior): string {
  return behavior.isDefault ? 'the default behavior' : `behavior ${behavior.pattern}`;
}

/** There is one distribution at least, so that what is proved about behaviors is not empty. */
export const siteIsThere = rule(
  'site',
  ['B12'],
  'site-is-there',
  'a distribution serves a bucket of this template by default and a REST API of it below /api/',
  function* ({ template }): Findings {
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
    return undefined;
  },
);

/** Ids of managed policies are ids that exist, and other policies are in the template. */
export const policiesExist = rule(
  'deployable',
  ['B1'],
  'policies-exist',
  'every cache, origin request and response headers policy a behavior names is one CloudFront has or the template makes',
  function* ({ template }): Findings {
    for (const behavior of behaviorsOf(template)) {
      for (const kind of Object.keys(MANAGED_POLICIES) as PolicyKind[]) {
        const id = behavior.config.get(`${kind}Id`);
        if (!id.isPresent || template.referred(id, `AWS::CloudFront::${kind}`)) continue;
        if (managedPolicyName(kind, id.text)) continue;
        yield {
          path: id.path,
          problem: `${id.text} is no ${kind} that CloudFront manages or the template makes: the deployment would be refused`,
          remedy: `Use one of ${Object.entries(MANAGED_POLICIES[kind])
            .map(([one, policy]) => `${policy} (${one})`)
            .join(', ')}.`,
        };
      }
    }
    return undefined;
  },
);

/** Methods come in three sets only. */
export const methodSets = rule(
  'deployable',
  ['CF-METH-02'],
  'method-sets',
  'every behavior allows and caches one of the sets of methods CloudFront knows',
  function* ({ template }): Findings {
    for (const { config } of behaviorsOf(template)) {
      for (const [property, sets] of [
        ['AllowedMethods', METHOD_SETS],
        ['CachedMethods', CACHED_SETS],
      ] as const) {
        const methods = config.get(property);
        const set = methods.items
          .map((method) => method.text)
          .sort()
          .join(' ');
        if (!methods.isPresent || sets.has(set)) continue;
        yield {
          path: methods.path,
          problem: `${property} ${set || '[]'} is no set CloudFront knows`,
          remedy: `Use ${[...sets].join('; or ')}.`,
        };
      }
    }
    return undefined;
  },
);

/** The root object is a key, not a path. */
export const rootObject = rule(
  'deployable',
  ['CF-ROOT-04'],
  'root-object',
  'the default root object is a key of the bucket, without a slash in front',
  function* ({ template }): Findings {
    for (const distribution of distributionsOf(template)) {
      const root = distribution.properties.get('DistributionConfig', 'DefaultRootObject');
      if (root.isPresent && root.text !== '' && !root.text.startsWith('/')) continue;
      yield {
        path: root.path,
        problem: `DefaultRootObject is '${root.text}': the site’s root would be an error`,
        remedy: 'Set it to index.html.',
      };
    }
    return undefined;
  },
);

/** Patterns, origins and their paths fit together. */
export const originsFit = rule(
  'deployable',
  ['CF-PATH-06', 'CF-PATH-09'],
  'origins-fit',
  'path patterns are ones CloudFront takes, behaviors name origins that are there, and the origin of the API is a stage of it',
  function* ({ template }): Findings {
    for (const behavior of behaviorsOf(template)) {
      const pattern = behavior.config.get('PathPattern');
      if (!behavior.isDefault && !PATTERN.test(pattern.text)) {
        yield {
          path: pattern.path,
          problem: `path pattern '${pattern.text}' has characters CloudFront refuses, or is longer than 255`,
          remedy: 'Use letters, digits and _ - . * $ / ~ " \' @ : + & ?.',
        };
      }
      if (!behavior.origin) {
        const target = behavior.config.get('TargetOriginId');
        yield {
          path: target.path,
          problem: `${name(behavior)} names origin '${target.text}', which the distribution does not have`,
          remedy: 'Name the Id of one of its Origins.',
        };
        continue;
      }
      yield* originPathFindings(template, behavior, behavior.origin);
    }
    return undefined;
  },
);

function* originPathFindings(template: Template, behavior: Behavior, origin: Value): Findings {
  const originPath = origin.get('OriginPath');
  const literal = originPath.text;
  if (literal !== '' && !/^\/.*[^/]$/.test(literal)) {
    yield {
      path: originPath.path,
      problem: `OriginPath '${literal}' must begin with a slash and not end with one`,
      remedy: 'Write it as /name.',
    };
  }
  const api = apiBehind(template, behavior);
  if (!api) return undefined;
  const stages = stagesOf(template, api).map((stage) => `/${stage.properties.get('StageName').text}`);
  if (!stages.includes(literal)) {
    yield {
      path: originPath.path,
      problem: `OriginPath '${literal}' is no stage of ${api} (${stages.join(', ') || 'it has none'}): it would answer 403 to everything`,
      remedy: 'Set OriginPath to a slash and the StageName.',
    };
  }
  return undefined;
}

function stagesOf(template: Template, api: string): readonly Resource[] {
  return template
    .ofType('AWS::ApiGateway::Stage')
    .filter((stage) => stage.properties.get('RestApiId').is(api));
}

/** Buckets are read by the distribution only, with a signature. */
export const bucketsArePrivate = rule(
  'site',
  ['P2', 'CF-S3-03'],
  'buckets-are-private',
  'the site’s bucket is in this template, closed to the public, read by its distribution alone through origin access control',
  function* ({ template }): Findings {
    const served = new Set(
      behaviorsOf(template).flatMap((behavior) => bucketBehind(template, behavior) ?? []),
    );
    for (const distribution of distributionsOf(template)) {
      for (const origin of distribution.properties.get('DistributionConfig', 'Origins').items) {
        if (!origin.get('S3OriginConfig').isPresent) continue;
        const control = origin.get('OriginAccessControlId');
        if (template.referred(control, 'AWS::CloudFront::OriginAccessControl')) continue;
        yield {
          path: control.path,
          problem: `origin ${origin.get('Id').text} has no origin access control of this template`,
          remedy: 'Set OriginAccessControlId to an AWS::CloudFront::OriginAccessControl of type s3.',
        };
      }
    }
    for (const id of served) {
      const bucket = template.resource(id);
      if (!bucket) continue;
      yield* publicAccessFindings(bucket);
      yield* readerFindings(template, bucket);
    }
    return undefined;
  },
);

function* publicAccessFindings(bucket: Resource): Findings {
  const block = bucket.properties.get('PublicAccessBlockConfiguration');
  for (const setting of [
    'BlockPublicAcls',
    'BlockPublicPolicy',
    'IgnorePublicAcls',
    'RestrictPublicBuckets',
  ]) {
    if (block.get(setting).boolean === true) continue;
    yield {
      path: block.get(setting).path,
      problem: `${setting} of bucket ${bucket.id} is not true: it could be made public`,
      remedy: 'Block all public access.',
    };
  }
  return undefined;
}

function* readerFindings(template: Template, bucket: Resource): Findings {
  const policies = template
    .ofType('AWS::S3::BucketPolicy')
    .filter((policy) => policy.properties.get('Bucket').is(bucket.id));
  let readByDistribution = false;
  for (const statement of policies.flatMap(
    (policy) => policy.properties.get('PolicyDocument', 'Statement').items,
  )) {
    if (statement.get('Effect').text !== 'Allow') continue;
    const principal = statement.get('Principal');
    const source = statement.get('Condition', 'StringEquals', 'AWS:SourceArn');
    const isDistribution = [...source.mentions].some(
      (id) => template.resource(id)?.type === 'AWS::CloudFront::Distribution',
    );
    if (principal.get('Service').text === 'cloudfront.amazonaws.com' && isDistribution) {
      readByDistribution = true;
      continue;
    }
    const role = template.referred(principal.get('AWS'), 'AWS::IAM::Role');
    if (role) continue;
    yield {
      path: statement.path,
      problem: `a statement lets somebody else than the distribution or a role of this template at bucket ${bucket.id}`,
      remedy: 'Let cloudfront.amazonaws.com read it, for the ARN of the distribution alone.',
    };
  }
  if (!readByDistribution) {
    yield {
      path: bucket.path,
      problem: `no policy lets the distribution read bucket ${bucket.id}: every page would be an error`,
      remedy: 'Allow s3:GetObject to cloudfront.amazonaws.com, for the ARN of the distribution.',
    };
  }
  return undefined;
}

/** What the API answers is nobody else's. */
export const apiIsNotCached = rule(
  'site',
  ['P10', 'CF-TTL-09', 'CF-REQ-07'],
  'api-is-not-cached',
  'behaviors of the API cache nothing and hand on every header but Host, by HTTPS only',
  function* ({ template }): Findings {
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
    return undefined;
  },
);

function* namedPolicyFindings(behavior: Behavior, kind: PolicyKind, wanted: string, why: string): Findings {
  const id = behavior.config.get(`${kind}Id`);
  const found = managedPolicyName(kind, id.text);
  if (found === wanted) return undefined;
  yield {
    path: id.path,
    problem: `${kind} of ${name(behavior)} is ${(found ?? id.text) || 'missing'}, not ${wanted}: ${why}`,
    remedy: `Use the managed policy ${wanted}.`,
  };
  return undefined;
}

/** People and their tokens never go in clear. */
export const httpsOnly = rule(
  'site',
  ['B2', 'CF-HTTPS-01'],
  'https-only',
  'no behavior answers over plain HTTP',
  function* ({ template }): Findings {
    for (const behavior of behaviorsOf(template)) {
      const viewer = behavior.config.get('ViewerProtocolPolicy');
      if (apiBehind(template, behavior) || ['https-only', 'redirect-to-https'].includes(viewer.text))
        continue;
      yield {
        path: viewer.path,
        problem: `${name(behavior)} has ViewerProtocolPolicy ${viewer.text || 'missing'}: it answers over plain HTTP`,
        remedy: 'Set it to redirect-to-https.',
      };
    }
    return undefined;
  },
);

/** An error of the API stays the API's. */
export const errorsStay = rule(
  'site',
  ['P3', 'CF-ERR-01'],
  'errors-stay',
  'no error is replaced by a page, which would hit the API’s errors too; the SPA fallback runs on the default behavior only',
  function* ({ template }): Findings {
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
        problem: `${name(behavior)} runs a function: the SPA fallback belongs to the default behavior alone`,
        remedy: 'Remove FunctionAssociations there.',
      };
    }
    return undefined;
  },
);

/** Configuration is fetched anew every time. */
export const configIsFresh = rule(
  'site',
  ['P6', 'B8'],
  'config-is-fresh',
  '/config.json is published at deployment with no-store and served by a behavior that caches nothing',
  function* ({ template }): Findings {
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
    return undefined;
  },
);
