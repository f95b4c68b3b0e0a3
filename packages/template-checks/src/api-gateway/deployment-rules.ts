import { rule, type Findings } from '../rule';
import type { TemplateResource, TemplateDocument } from '@spa-on-aws/cloudformation';
import { apiKey } from './rest-api';

/** What a deployment is a snapshot of: a change to one of these must make a new deployment. */
const SNAPSHOT = [
  'AWS::ApiGateway::Authorizer',
  'AWS::ApiGateway::GatewayResponse',
  'AWS::ApiGateway::Method',
  'AWS::ApiGateway::Model',
  'AWS::ApiGateway::RequestValidator',
  'AWS::ApiGateway::Resource',
] as const;

/** What a deployment waits for: the resources it must see. Models and validators come before the methods that use them. */
const AWAITED = [
  'AWS::ApiGateway::Authorizer',
  'AWS::ApiGateway::GatewayResponse',
  'AWS::ApiGateway::Method',
] as const;

/** CDK's mark of a deployment that has its content's digest in its logical id. */
const DIGEST = /[0-9a-f]{32}$/;

/**
 * A stage serves what its deployment saw. On one template: the deployment comes after all it is to see, and its id
 * has a digest of it. Against what is deployed: where the content differs, the id does.
 */
export const deploymentFollows = rule(
  'deployable',
  'api-deployment-covers-methods',
  ['AG-PX-11'],
  'each stage serves a deployment that comes after every method and authorizer and whose id holds a digest of them',
  function* (subject) {
    const { template } = subject;
    for (const stage of template.ofType('AWS::ApiGateway::Stage')) {
      const id = stage.properties.get('DeploymentId');
      const deployment = template.referred(id, 'AWS::ApiGateway::Deployment');
      const api = stage.properties.get('RestApiId');
      if (!deployment || apiKey(deployment.properties.get('RestApiId')) !== apiKey(api)) {
        yield {
          path: id.path,
          problem: `stage ${stage.id} serves ${id.text || 'no deployment'}, which is no deployment of its API in this template`,
          remedy: 'Name an AWS::ApiGateway::Deployment of the same API.',
        };
        continue;
      }
      if (!DIGEST.test(deployment.id)) {
        yield {
          path: deployment.path,
          problem: `the id of deployment ${deployment.id} has no digest: changed methods would not be deployed`,
          remedy:
            'Let CDK make the deployment (RestApi with deploy: true), or put a digest of the methods in its id.',
        };
      }
      const awaited = subject.dependencies.of(deployment.id);
      for (const part of partsOf(template, apiKey(api), AWAITED)) {
        if (awaited.has(part.id)) continue;
        yield {
          path: `${deployment.path}.DependsOn`,
          problem: `deployment ${deployment.id} does not wait for ${part.id}, and may miss it`,
          remedy: `Add ${part.id} to DependsOn.`,
        };
      }
    }
    if (!subject.deployed) return;
    yield* staleDeployments(subject.deployed.template, template);
    yield { note: `compared with ${subject.deployed.name}` };
  },
);

/** Deployments that keep their id although what they are a snapshot of has changed. */
export function* staleDeployments(deployed: TemplateDocument, template: TemplateDocument): Findings {
  for (const deployment of template.ofType('AWS::ApiGateway::Deployment')) {
    const before = deployed.resource(deployment.id);
    if (!before) continue;
    const api = apiKey(deployment.properties.get('RestApiId'));
    const was = snapshotOf(deployed, apiKey(before.properties.get('RestApiId')));
    const is = snapshotOf(template, api);
    const changed = [...new Set([...was.keys(), ...is.keys()])].filter((id) => was.get(id) !== is.get(id));
    if (changed.length === 0) continue;
    yield {
      path: deployment.path,
      problem: `${changed.join(', ')} changed, and deployment ${deployment.id} has kept its id: the change would not be served`,
      remedy: 'Add what changed to the deployment’s logical id (Deployment.addToLogicalId).',
    };
  }
}

function partsOf(
  template: TemplateDocument,
  api: string,
  types: readonly string[],
): readonly TemplateResource[] {
  return template.ofType(...types).filter((part) => apiKey(part.properties.get('RestApiId')) === api);
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
