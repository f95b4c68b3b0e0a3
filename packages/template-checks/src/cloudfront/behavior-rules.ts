import { finding, rule, type Findings } from '../rule';
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

export const policiesExist = rule(
  'deployable',
  'cloudfront-policies-exist',
  'every cache, origin request and response headers policy of a behavior is a managed policy or in the template',
  function* ({ template }) {
    for (const behavior of behaviorsOf(template)) {
      for (const kind of Object.keys(MANAGED_POLICIES) as PolicyKind[]) {
        const id = behavior.config.get(`${kind}Id`);
        if (!id.isPresent || template.referred(id, `AWS::CloudFront::${kind}`)) continue;
        if (managedPolicyName(kind, id.text)) continue;
        yield finding(
          id,
          `${id.text} is neither a managed ${kind} nor in the template: the deployment would fail`,
          `Use one of ${Object.entries(MANAGED_POLICIES[kind])
            .map(([one, policy]) => `${policy} (${one})`)
            .join(', ')}.`,
        );
      }
    }
  },
);

export const methodSets = rule(
  'deployable',
  'cloudfront-method-sets-valid',
  'AllowedMethods and CachedMethods of every behavior are sets that CloudFront accepts',
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
        yield finding(
          methods,
          `CloudFront does not accept ${property} ${set || '[]'}`,
          `Use ${[...sets].join('; or ')}.`,
        );
      }
    }
  },
  ['CF-METH-02'],
);

export const rootObject = rule(
  'deployable',
  'default-root-object-valid',
  'the default root object is an object key without a leading slash',
  function* ({ template }) {
    for (const distribution of distributionsOf(template)) {
      const root = distribution.properties.get('DistributionConfig', 'DefaultRootObject');
      if (root.isPresent && root.text !== '' && !root.text.startsWith('/')) continue;
      yield finding(
        root,
        `DefaultRootObject is '${root.text}': requests for / would fail`,
        'Set it to index.html.',
      );
    }
  },
  ['CF-ROOT-04'],
);

export const originsFit = rule(
  'deployable',
  'path-patterns-and-origins-valid',
  'path patterns are valid, behaviors use existing origins, and the origin path of the API is one of its stages',
  function* ({ template }) {
    for (const behavior of behaviorsOf(template)) {
      const pattern = behavior.config.get('PathPattern');
      if (!behavior.isDefault && !PATTERN.test(pattern.text)) {
        yield finding(
          pattern,
          `path pattern '${pattern.text}' has invalid characters or more than 255`,
          'Use letters, digits and _ - . * $ / ~ " \' @ : + & ?.',
        );
      }
      if (!behavior.origin) {
        const target = behavior.config.get('TargetOriginId');
        yield finding(
          target,
          `${nameOf(behavior)} uses origin '${target.text}', which the distribution does not have`,
          'Use the Id of one of its Origins.',
        );
        continue;
      }
      yield* originPathFindings(template, behavior, behavior.origin);
    }
  },
  ['CF-PATH-06', 'CF-PATH-09'],
);

function* originPathFindings(template: TemplateDocument, behavior: Behavior, origin: Value): Findings {
  const originPath = origin.get('OriginPath');
  const literal = originPath.text;
  if (literal !== '' && !/^\/.*[^/]$/.test(literal)) {
    yield finding(
      originPath,
      `OriginPath '${literal}' must start with a slash and must not end with one`,
      'Write it as /name.',
    );
  }
  const api = apiBehind(template, behavior);
  if (!api) return;
  const stages = stagesOf(template, api).map((stage) => `/${stage.properties.get('StageName').text}`);
  if (!stages.includes(literal)) {
    yield finding(
      originPath,
      `OriginPath '${literal}' is not a stage of ${api} (${stages.join(', ') || 'it has none'}): every response would be a 403`,
      'Set OriginPath to a slash and the StageName.',
    );
  }
}

function stagesOf(template: TemplateDocument, api: string): readonly TemplateResource[] {
  return template
    .ofType('AWS::ApiGateway::Stage')
    .filter((stage) => stage.properties.get('RestApiId').is(api));
}
