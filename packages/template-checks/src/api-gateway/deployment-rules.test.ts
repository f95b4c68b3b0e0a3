import { Template as Assertions } from 'aws-cdk-lib/assertions';
import {
  AuthorizationType,
  CognitoUserPoolsAuthorizer,
  Integration,
  IntegrationType,
  ResponseType,
  RestApi,
  type CfnMethod,
  type IntegrationProps,
  type MethodOptions,
} from 'aws-cdk-lib/aws-apigateway';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { App, Stack } from 'aws-cdk-lib/core';
import { TemplateDocument } from '@spa-on-aws/cloudformation';
import { expect, test } from 'vitest';
import { fixture, found, mutated, type MutableTemplate } from '../../test/fixtures';
import { staleDeployments } from './deployment-rules';

const COVERS = 'api-deployment-covers-methods';

/** Stack with a REST API that the CDK deploys. */
class ApiStack extends Stack {
  readonly api = new RestApi(this, 'Api');

  constructor() {
    super(
      new App({
        analyticsReporting: false,
        stackTraces: false,
        treeMetadata: false,
        context: {
          'aws:cdk:disable-creation-stack-traces': true,
          '@aws-cdk/aws-apigateway:disableCloudWatchRole': true,
        },
      }),
      'Test',
    );
    this.api.root.addResource('api').addMethod('ANY');
  }
}

/** Returns the template of the stack after a change of its code. */
function synthesizedWith(change: (stack: ApiStack) => void = () => undefined): TemplateDocument {
  const stack = new ApiStack();
  change(stack);
  return new TemplateDocument(Assertions.fromStack(stack).toJSON());
}

const methodWith =
  (options: MethodOptions, integration: Partial<IntegrationProps> = {}) =>
  (stack: ApiStack) =>
    stack.api.root.addMethod('GET', new Integration({ type: IntegrationType.MOCK, ...integration }), options);

const guardedMethod = (scope: string) => (stack: ApiStack) =>
  methodWith({
    authorizer: new CognitoUserPoolsAuthorizer(stack, 'Authorizer', {
      cognitoUserPools: [new UserPool(stack, 'Pool')],
    }),
    authorizationScopes: [scope],
  })(stack);

const idOfDeployment = (template: TemplateDocument) => template.ofType('AWS::ApiGateway::Deployment')[0]?.id;
const stale = (before: TemplateDocument, after: TemplateDocument) =>
  [...staleDeployments(before, after)].map(({ problem }) => problem);

test.each<[what: string, before: (stack: ApiStack) => void, after: (stack: ApiStack) => void]>([
  ['another method', () => undefined, methodWith({})],
  ['another authorizer', methodWith({}), methodWith({ authorizationType: AuthorizationType.IAM })],
  ['another scope', guardedMethod('greetings/read'), guardedMethod('greetings/write')],
  [
    'another integration',
    methodWith({}),
    methodWith({}, { options: { requestTemplates: { 'application/json': '{"statusCode": 200}' } } }),
  ],
  ['another resource', () => undefined, (stack) => stack.api.root.addResource('more').addMethod('GET')],
  [
    'another gateway response',
    () => undefined,
    (stack) => stack.api.addGatewayResponse('More', { type: ResponseType.QUOTA_EXCEEDED }),
  ],
])('the CDK makes another deployment for %s', (_, before, after) => {
  const [was, is] = [synthesizedWith(before), synthesizedWith(after)];
  expect(stale(was, is)).toEqual([]);
  expect(idOfDeployment(is)).not.toBe(idOfDeployment(was));
});

test('reports a method that changed without a new deployment', () => {
  const changed = synthesizedWith((stack) => {
    for (const method of stack.api.methods) {
      (method.node.defaultChild as CfnMethod).addPropertyOverride('Integration.TimeoutInMillis', 20_000);
    }
  });
  expect(stale(synthesizedWith(), changed).join()).toMatch(/changed, and deployment \w+ has the same id/);
});

test.each<[what: string, mutate: (template: MutableTemplate) => void]>([
  [
    'a scope',
    (template) =>
      template.the('AWS::ApiGateway::Method').Properties.AuthorizationScopes.push('greetings/write'),
  ],
  [
    'an integration',
    (template) => (template.the('AWS::ApiGateway::Method').Properties.Integration.TimeoutInMillis = 20_000),
  ],
  [
    'the authorizer',
    (template) => (template.the('AWS::ApiGateway::Authorizer').Properties.AuthorizerResultTtlInSeconds = 0),
  ],
  ['the API', (template) => (template.the('AWS::ApiGateway::RestApi').Properties.MinimumCompressionSize = 0)],
  ['a resource', (template) => (template.the('AWS::ApiGateway::Resource').Properties.PathPart = 'api2')],
])('reports a deployment that has the same id as the deployed one although %s changed', async (_, mutate) => {
  const deployed = fixture();
  const result = await found(
    mutated((template) => void mutate(template)),
    deployed,
  );
  expect(result.rules).toContain(COVERS);
  expect(result.problems.join('\n')).toMatch(/changed, and deployment \w+ has the same id/);
});

test('accepts the same deployment id for the same content, whatever its tags', async () => {
  const deployed = fixture();
  expect((await found(deployed, deployed)).rules).toEqual([]);
  const retagged = mutated((template) => {
    template.the('AWS::ApiGateway::RestApi').Properties.Tags = [{ Key: 'a', Value: 'b' }];
  });
  expect((await found(retagged, deployed)).rules).toEqual([]);
});

test.each<[what: string, mutate: (template: MutableTemplate) => void]>([
  [
    'does not wait for the methods',
    (template) => delete template.the('AWS::ApiGateway::Deployment').DependsOn,
  ],
  [
    'has no digest in its id',
    (template) => {
      const id = template.id('AWS::ApiGateway::Deployment');
      template.json.Resources['Deployment'] = template.the('AWS::ApiGateway::Deployment');
      template.remove(id);
      template.the('AWS::ApiGateway::Stage').Properties.DeploymentId = { Ref: 'Deployment' };
    },
  ],
  [
    'does not exist',
    (template) => (template.the('AWS::ApiGateway::Stage').Properties.DeploymentId = 'abc123'),
  ],
])('reports a deployment that %s', async (_, mutate) => {
  expect((await found(mutated((template) => void mutate(template)))).rules).toEqual([COVERS]);
});
