import { finding, type Finding, rule } from '../rule';
import type { TemplateResource, TemplateDocument } from '@spa-on-aws/cloudformation';

/** Types in the snapshot of a deployment: a change to one of them needs a new deployment. */
const SNAPSHOT = [
  'AWS::ApiGateway::Authorizer',
  'AWS::ApiGateway::GatewayResponse',
  'AWS::ApiGateway::Method',
  'AWS::ApiGateway::Model',
  'AWS::ApiGateway::RequestValidator',
  'AWS::ApiGateway::Resource',
] as const;

/** Types that a deployment must depend on. Methods depend on models and validators themselves. */
const AWAITED = [
  'AWS::ApiGateway::Authorizer',
  'AWS::ApiGateway::GatewayResponse',
  'AWS::ApiGateway::Method',
] as const;

/** Digest of the content at the end of a logical id that the CDK makes. */
const DIGEST = /[0-9a-f]{32}$/;

export const deploymentFollows = rule(
  'deployable',
  'api-deployment-covers-methods',
  'each stage uses a deployment that depends on every method and authorizer, and has a digest of them in its id',
  function* (subject) {
    const { template } = subject;
    for (const stage of template.ofType('AWS::ApiGateway::Stage')) {
      const id = stage.properties.get('DeploymentId');
      const deployment = template.referred(id, 'AWS::ApiGateway::Deployment');
      const api = stage.properties.get('RestApiId');
      if (!deployment || deployment.properties.get('RestApiId').key !== api.key) {
        yield finding(
          id,
          `stage ${stage.id} uses ${id.text || 'no deployment'}, which is not a deployment of its API in this template`,
          'Use an AWS::ApiGateway::Deployment of the same API.',
        );
        continue;
      }
      if (!DIGEST.test(deployment.id)) {
        yield finding(
          deployment,
          `the id of deployment ${deployment.id} contains no digest: changed methods would not be deployed`,
          'Let the CDK make the deployment (RestApi with deploy: true), or add a digest of the methods to its id.',
        );
      }
      const awaited = subject.dependencies.of(deployment.id);
      for (const part of partsOf(template, api.key, AWAITED)) {
        if (awaited.has(part.id)) continue;
        yield finding(
          `${deployment.path}.DependsOn`,
          `deployment ${deployment.id} does not depend on ${part.id}, and may not include it`,
          `Add ${part.id} to DependsOn.`,
        );
      }
    }
    if (!subject.deployed) return;
    yield* staleDeployments(subject.deployed.template, template);
    yield { note: `compared with ${subject.deployed.name}` };
  },
  ['AG-PX-11'],
);

/** Reports deployments with the id of a deployed one but other content. */
export function* staleDeployments(deployed: TemplateDocument, template: TemplateDocument): Iterable<Finding> {
  for (const deployment of template.ofType('AWS::ApiGateway::Deployment')) {
    const before = deployed.resource(deployment.id);
    if (!before) continue;
    const api = deployment.properties.get('RestApiId').key;
    const was = snapshotOf(deployed, before.properties.get('RestApiId').key);
    const is = snapshotOf(template, api);
    const changed = [...new Set([...was.keys(), ...is.keys()])].filter((id) => was.get(id) !== is.get(id));
    if (changed.length === 0) continue;
    yield finding(
      deployment,
      `${changed.join(', ')} changed, and deployment ${deployment.id} has the same id: the change would not be deployed`,
      'Add the change to the logical id of the deployment (Deployment.addToLogicalId).',
    );
  }
}

function partsOf(
  template: TemplateDocument,
  api: string,
  types: readonly string[],
): readonly TemplateResource[] {
  return template.ofType(...types).filter((part) => part.properties.get('RestApiId').key === api);
}

function snapshotOf(template: TemplateDocument, api: string): ReadonlyMap<string, string> {
  const parts = [...partsOf(template, api, SNAPSHOT), ...[template.resource(api) ?? []].flat()];
  return new Map(parts.map((part) => [part.id, JSON.stringify(withoutTags(part.properties.raw))]));
}

function withoutTags(properties: unknown): unknown {
  return typeof properties === 'object' && properties !== null
    ? { ...properties, Tags: undefined, Description: undefined }
    : properties;
}
