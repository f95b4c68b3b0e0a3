import { VpcLink } from 'aws-cdk-lib/aws-apigatewayv2';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { templateOf } from '../../test/synthesized';
import { Network } from '../backend/network';
import { GreetingApi } from './greeting-api';

const BALANCER_ARN = 'arn:aws:elasticloadbalancing:::loadbalancer/app/internal/1';

function apiTemplate({ scope = 'greetings/read', loadBalancerArn = BALANCER_ARN } = {}): Template {
  return templateOf((stack) => {
    const { vpc, privateSubnets } = new Network(stack, 'Network');
    new GreetingApi(stack, 'Api', {
      stageName: 'dev',
      userPool: new UserPool(stack, 'Pool'),
      scope,
      loadBalancer: ApplicationLoadBalancer.fromApplicationLoadBalancerAttributes(stack, 'LoadBalancer', {
        loadBalancerArn,
        loadBalancerDnsName: 'internal.example',
        securityGroupId: 'sg-1',
      }),
      vpcLink: new VpcLink(stack, 'Link', { vpc, subnets: privateSubnets }),
    });
  });
}

const deploymentId = (template: Template) =>
  Object.keys(template.findResources('AWS::ApiGateway::Deployment'))[0];

test('every method wants an access token with the scope (B3, P9, AG-AU-05)', () => {
  const template = apiTemplate();
  const [authorizer] = Object.keys(template.findResources('AWS::ApiGateway::Authorizer'));
  const methods = Object.values(template.findResources('AWS::ApiGateway::Method'));
  expect(methods).toHaveLength(1);
  for (const { Properties } of methods) {
    expect(Properties).toMatchObject({
      AuthorizationType: 'COGNITO_USER_POOLS',
      AuthorizationScopes: ['greetings/read'],
      AuthorizerId: { Ref: authorizer },
    });
  }
});

test('the authorizer reads the Authorization header and trusts the given pool', () => {
  apiTemplate().hasResourceProperties('AWS::ApiGateway::Authorizer', {
    Type: 'COGNITO_USER_POOLS',
    IdentitySource: 'method.request.header.Authorization',
    ProviderARNs: [{ 'Fn::GetAtt': [Match.stringLikeRegexp('^Pool'), 'Arn'] }],
  });
});

test('paths below /api/ are the only ones there are (AG-RT-04)', () => {
  const parts = Object.values(apiTemplate().findResources('AWS::ApiGateway::Resource')).map(
    ({ Properties }) => Properties.PathPart,
  );
  expect(parts).toEqual(['api', '{proxy+}']);
});

test('requests go through the VPC link to the load balancer, path and all (PI-02, PI-03, AG-PX-01)', () => {
  const [method] = Object.values(apiTemplate().findResources('AWS::ApiGateway::Method'));
  const { HttpMethod, RequestParameters, Integration } = method?.['Properties'];
  expect(HttpMethod).toBe('ANY');
  expect(RequestParameters).toEqual({ 'method.request.path.proxy': true });
  expect(Integration).toMatchObject({
    Type: 'HTTP_PROXY',
    IntegrationHttpMethod: 'ANY',
    ConnectionType: 'VPC_LINK',
    ConnectionId: { Ref: expect.stringMatching(/^Link/) },
    IntegrationTarget: BALANCER_ARN,
    RequestParameters: { 'integration.request.path.proxy': 'method.request.path.proxy' },
    TimeoutInMillis: 29_000,
  });
  expect(Integration.Uri).toBe('http://internal.example/api/{proxy}');
});

test('the API is regional, and its stage is called like the deployment’s (AG-HD-08)', () => {
  apiTemplate().hasResourceProperties('AWS::ApiGateway::RestApi', {
    EndpointConfiguration: { Types: ['REGIONAL'] },
  });
  apiTemplate().hasResourceProperties('AWS::ApiGateway::Stage', { StageName: 'dev' });
  apiTemplate().resourceCountIs('AWS::ApiGateway::Account', 0);
});

test('the deployment stays when nothing changes', () => {
  expect(deploymentId(apiTemplate())).toBe(deploymentId(apiTemplate()));
});

test.each([
  ['its scope', { scope: 'greetings/write' }],
  ['the load balancer behind it', { loadBalancerArn: `${BALANCER_ARN}0` }],
])('the deployment changes when a method changes %s (B13, AG-PX-11)', (_, change) => {
  expect(deploymentId(apiTemplate(change))).not.toBe(deploymentId(apiTemplate()));
});
