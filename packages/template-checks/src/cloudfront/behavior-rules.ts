import { finding, rule, type Findings } from '../rule';
import {
  CHECKED_TYPES,
  creationFaults,
  MANAGED_POLICIES,
  managedPolicyName,
  type PolicyKind,
  type TemplateResource,
  type TemplateDocument,
  type Value,
} from '@spa-on-aws/cloudformation';
import { apiBehind, behaviorsOf, distributionsOf, type Behavior } from './distribution';

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

export const creatable = rule(
  'deployable',
  'cloudfront-creatable',
  'AWS creates every distribution, policy, function and key value store: methods, TTLs, headers, names and limits are valid',
  function* ({ template }) {
    for (const type of CHECKED_TYPES) {
      for (const { properties } of template.ofType(type)) {
        for (const { value, problem, remedy } of creationFaults(type, properties))
          yield finding(value, problem, remedy);
      }
    }
  },
  [
    'CF-CREATE-01',
    'CF-CREATE-02',
    'CF-CREATE-03',
    'CF-METH-02',
    'CF-PATH-06',
    'CF-ROOT-04',
    'CFF-LIM-01',
    'CF-RHP-03',
    'CF-RHP-09',
  ],
);

export const rootObject = rule(
  'deployable',
  'default-root-object-set',
  'every distribution has a default root object',
  function* ({ template }) {
    for (const distribution of distributionsOf(template)) {
      const root = distribution.properties.get('DistributionConfig', 'DefaultRootObject');
      if (root.text !== '') continue;
      yield finding(
        root,
        'there is no DefaultRootObject: requests for / would fail',
        'Set it to index.html.',
      );
    }
  },
);

export const originsFit = rule(
  'deployable',
  'api-origin-path-is-a-stage',
  'the origin path of the API is one of its stages',
  function* ({ template }) {
    for (const behavior of behaviorsOf(template)) {
      if (behavior.origin) yield* originPathFindings(template, behavior, behavior.origin);
    }
  },
  ['CF-PATH-09'],
);

function* originPathFindings(template: TemplateDocument, behavior: Behavior, origin: Value): Findings {
  const originPath = origin.get('OriginPath');
  const literal = originPath.text;
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
