import { Template as Assertions } from 'aws-cdk-lib/assertions';
import {
  AuthorizationType,
  CognitoUserPoolsAuthorizer,
  Integration,
  IntegrationType,
  ResponseType,
  type CfnMethod,
  type IntegrationProps,
  type MethodOptions,
} from 'aws-cdk-lib/aws-apigateway';
import { expect, test } from 'vitest';
import { smallBuilds, unvalidatedApp } from '@spa-on-aws/infra';
import { found, mutated, stageOf, type MutableTemplate } from '../../test/verified';
import { SpaOnAwsStack, type SpaOnAwsStackProps } from '@spa-on-aws/infra';
import { Template } from '@spa-on-aws/cloudformation';
import { staleDeployments } from './deployment-rules';

const FOLLOWS = 'B13+AG-PX-11/deployment-follows';

const DEV: SpaOnAwsStackProps = { stageName: 'dev', webBuild: '', apiBuild: '' };

/** The template after a change of the code that makes it. */
function synthesizedWith(change: (stack: SpaOnAwsStack) => void = () => undefined): Template {
  const stack = new SpaOnAwsStack(unvalidatedApp(), 'spa-on-aws-dev', { ...DEV, ...smallBuilds() });
  change(stack);
  return new Template(Assertions.fromStack(stack).toJSON());
}

/** A method of a stack's own, made as GreetingApi makes its own. */
const methodWith =
  (options: MethodOptions, integration: Partial<IntegrationProps> = {}) =>
  (stack: SpaOnAwsStack) =>
    stack.api.restApi.root.addMethod(
      'GET',
      new Integration({ type: IntegrationType.MOCK, ...integration }),
      options,
    );

const guardedMethod = (scope: string) => (stack: SpaOnAwsStack) =>
  methodWith({
    authorizer: new CognitoUserPoolsAuthorizer(stack, 'Another', {
      cognitoUserPools: [stack.signIn.userPool],
    }),
    authorizationScopes: [scope],
  })(stack);

const idOfDeployment = (template: Template) => template.ofType('AWS::ApiGateway::Deployment')[0]?.id;
const stale = (before: Template, after: Template) =>
  [...staleDeployments(before, after)].map(({ problem }) => problem);

test.each<[what: string, before: (stack: SpaOnAwsStack) => void, after: (stack: SpaOnAwsStack) => void]>([
  ['a method more', () => undefined, methodWith({})],
  ['another authorizer', methodWith({}), methodWith({ authorizationType: AuthorizationType.IAM })],
  ['another scope', guardedMethod('greetings/read'), guardedMethod('greetings/write')],
  [
    'another integration',
    methodWith({}),
    methodWith({}, { options: { requestTemplates: { 'application/json': '{"statusCode": 200}' } } }),
  ],
  [
    'a resource more',
    () => undefined,
    (stack) => stack.api.restApi.root.addResource('more').addMethod('GET'),
  ],
  [
    'a gateway response more',
    () => undefined,
    (stack) => stack.api.restApi.addGatewayResponse('More', { type: ResponseType.QUOTA_EXCEEDED }),
  ],
])('the deployment changes with %s (B13)', (_, before, after) => {
  const [was, is] = [synthesizedWith(before), synthesizedWith(after)];
  expect(stale(was, is)).toEqual([]);
  expect(idOfDeployment(is)).not.toBe(idOfDeployment(was));
});

test('a method changed behind the back of CDK’s digest is found', () => {
  const changed = synthesizedWith((stack) => {
    for (const method of stack.api.restApi.methods) {
      (method.node.defaultChild as CfnMethod).addPropertyOverride('Integration.TimeoutInMillis', 20_000);
    }
  });
  expect(stale(synthesizedWith(), changed).join()).toMatch(/changed, and deployment \w+ has kept its id/);
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
])(
  'a deployment that keeps its id although %s changed is found against the deployed template',
  (_, mutate) => {
    const deployed = stageOf();
    const result = found(
      mutated((template) => void mutate(template)),
      deployed,
    );
    expect(result.rules).toContain(FOLLOWS);
    expect(result.problems.join('\n')).toMatch(/changed, and deployment \w+ has kept its id/);
  },
);

test('a deployment of the same content may keep its id, and tags do not count', () => {
  const deployed = stageOf();
  expect(found(deployed, deployed).rules).toEqual([]);
  const retagged = mutated((template) => {
    template.the('AWS::ApiGateway::RestApi').Properties.Tags = [{ Key: 'a', Value: 'b' }];
  });
  expect(found(retagged, deployed).rules).toEqual([]);
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
  ['is not there', (template) => (template.the('AWS::ApiGateway::Stage').Properties.DeploymentId = 'abc123')],
])('a stage whose deployment %s is found on one template', (_, mutate) => {
  expect(found(mutated((template) => void mutate(template))).rules).toEqual([FOLLOWS]);
});
