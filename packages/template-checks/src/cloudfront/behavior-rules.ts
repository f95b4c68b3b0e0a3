import { rule, type Findings } from '../rule';
import {
  MANAGED_POLICIES,
  managedPolicyName,
  type PolicyKind,
  type TemplateResource,
  type TemplateDocument,
  type Value,
} from '@spa-on-aws/cloudformation';
import { apiBehind, behaviorsOf, distributionsOf, nameOf, type Behavior } from './distribution';

const GET_HEAD = 'GET HEAD';
const METHOD_SETS = new Set([GET_HEAD, 'GET HEAD OPTIONS', 'DELETE GET HEAD OPTIONS PATCH POST PUT']);
const CACHED_SETS = new Set([GET_HEAD, 'GET HEAD OPTIONS']);
const PATTERN = /^[A-Za-z0-9_\-.*$/~"'@:+&?]{1,255}$/;

/** Ids of managed policies are ids that exist, and other policies are in the template. */
export const policiesExist = rule(
  'deployable',
  'cloudfront-policies-exist',
  [],
  'every cache, origin request and response headers policy a behavior names is one CloudFront has or the template makes',
  function* ({ template }) {
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
  },
);

/** Methods come in three sets only. */
export const methodSets = rule(
  'deployable',
  'cloudfront-method-sets-valid',
  ['CF-METH-02'],
  'every behavior allows and caches one of the sets of methods CloudFront knows',
  function* ({ template }) {
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
  },
);

/** The root object is a key, not a path. */
export const rootObject = rule(
  'deployable',
  'default-root-object-valid',
  ['CF-ROOT-04'],
  'the default root object is a key of the bucket, without a slash in front',
  function* ({ template }) {
    for (const distribution of distributionsOf(template)) {
      const root = distribution.properties.get('DistributionConfig', 'DefaultRootObject');
      if (root.isPresent && root.text !== '' && !root.text.startsWith('/')) continue;
      yield {
        path: root.path,
        problem: `DefaultRootObject is '${root.text}': the site’s root would be an error`,
        remedy: 'Set it to index.html.',
      };
    }
  },
);

/** Patterns, origins and their paths fit together. */
export const originsFit = rule(
  'deployable',
  'path-patterns-and-origins-valid',
  ['CF-PATH-06', 'CF-PATH-09'],
  'path patterns are ones CloudFront takes, behaviors name origins that are there, and the origin of the API is a stage of it',
  function* ({ template }) {
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
          problem: `${nameOf(behavior)} names origin '${target.text}', which the distribution does not have`,
          remedy: 'Name the Id of one of its Origins.',
        };
        continue;
      }
      yield* originPathFindings(template, behavior, behavior.origin);
    }
  },
);

function* originPathFindings(template: TemplateDocument, behavior: Behavior, origin: Value): Findings {
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
}

function stagesOf(template: TemplateDocument, api: string): readonly TemplateResource[] {
  return template
    .ofType('AWS::ApiGateway::Stage')
    .filter((stage) => stage.properties.get('RestApiId').is(api));
}
