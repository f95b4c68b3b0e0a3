import { API_OPERATIONS, getOpenApi, type Operation } from '@spa-on-aws/shared-types';
import { VpcLink } from 'aws-cdk-lib/aws-apigatewayv2';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { expect, onTestFinished, test } from 'vitest';
import { rendered } from '../../test/rendered';
import { templateOf } from '../../test/synthesized';
import { Network } from '../backend/network';
import { ACCESS_LOG_FIELDS, GreetingApi, type GreetingApiProps } from './greeting-api';

const LOAD_BALANCER_ARN = 'arn:aws:elasticloadbalancing:::loadbalancer/app/internal/1';

interface Changes extends Partial<GreetingApiProps> {
  readonly loadBalancerArn?: string;
}

/** The public operations of the API do not matter to the tests. */
const NONE = { publicOperations: [] };

function apiTemplate({ loadBalancerArn = LOAD_BALANCER_ARN, ...props }: Changes = NONE): Template {
  return templateOf((stack) => {
    const { vpc, privateSubnets } = new Network(stack, 'Network');
    new GreetingApi(stack, 'Api', {
      stageName: 'dev',
      userPool: new UserPool(stack, 'Pool'),
      scope: 'greetings/read',
      target: {
        loadBalancer: ApplicationLoadBalancer.fromApplicationLoadBalancerAttributes(stack, 'LoadBalancer', {
          loadBalancerArn,
          loadBalancerDnsName: 'internal.example',
          securityGroupId: 'sg-1',
        }),
        vpcLink: new VpcLink(stack, 'Link', { vpc, subnets: privateSubnets }),
      },
      requestsPerSecond: 800,
      ...props,
    });
  });
}

/** Returns the log groups of the API, without the one of the network. */
const apiLogGroups = (template: Template) =>
  Object.fromEntries(
    Object.entries(template.findResources('AWS::Logs::LogGroup')).filter(([id]) => id.startsWith('Api')),
  );

const deploymentId = (template: Template) =>
  Object.keys(template.findResources('AWS::ApiGateway::Deployment'))[0];

test('every method requires an access token with the scope (AG-AU-05)', () => {
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

const PUBLIC_OPERATIONS = [
  { id: 'getStatus', method: 'GET', path: '/api/status' },
  { id: 'getItem', method: 'GET', path: '/api/items/{id}' },
] as const;

test('only public operations have methods without the authorizer, with their paths and parameters', () => {
  const template = apiTemplate({ publicOperations: PUBLIC_OPERATIONS });
  const methods = Object.values(template.findResources('AWS::ApiGateway::Method'));
  expect(methods.map(({ Properties }) => [Properties.HttpMethod, Properties.AuthorizationType])).toEqual([
    ['ANY', 'COGNITO_USER_POOLS'],
    ['GET', 'NONE'],
    ['GET', 'NONE'],
  ]);
  const [, status, item] = methods;
  expect(status).toMatchObject({
    Properties: {
      Integration: {
        Type: 'HTTP_PROXY',
        Uri: 'http://internal.example/api/status',
        ConnectionType: 'VPC_LINK',
        IntegrationTarget: LOAD_BALANCER_ARN,
      },
    },
    Metadata: {
      'template-checks': {
        publicMethod: 'GET /api/status',
        reason: 'The operation getStatus is public.',
      },
    },
  });
  expect(item?.['Properties']).toMatchObject({
    RequestParameters: { 'method.request.path.id': true },
    Integration: {
      Uri: 'http://internal.example/api/items/{id}',
      RequestParameters: { 'integration.request.path.id': 'method.request.path.id' },
    },
  });
});

test('public operations have their own throttle, and log as little as other requests', () => {
  const [stage] = Object.values(
    apiTemplate({ publicOperations: PUBLIC_OPERATIONS }).findResources('AWS::ApiGateway::Stage'),
  );
  const [all, ...own] = stage?.['Properties'].MethodSettings;
  const limits = { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 50 };
  expect(own).toEqual([
    { ...all, HttpMethod: 'GET', ResourcePath: '/~1api~1status', ...limits },
    { ...all, HttpMethod: 'GET', ResourcePath: '/~1api~1items~1{id}', ...limits },
  ]);
});

test('the public operations of the API are the default', () => {
  const operations = API_OPERATIONS as Operation[];
  const { length } = operations;
  onTestFinished(() => void operations.splice(length));
  operations.push({ ...getOpenApi, id: 'getStatus', path: '/api/status', access: 'public' });
  const methods = apiTemplate({}).findResources('AWS::ApiGateway::Method', {
    Properties: { AuthorizationType: 'NONE' },
  });
  const publicOperations = operations.filter(({ access }) => access === 'public');
  expect(publicOperations).not.toEqual([]);
  expect(Object.values(methods).map(({ Metadata }) => Metadata['template-checks'].publicMethod)).toEqual(
    publicOperations.map(({ method, path }) => `${method} ${path}`),
  );
});

test('the authorizer reads the Authorization header and trusts the given pool', () => {
  apiTemplate().hasResourceProperties('AWS::ApiGateway::Authorizer', {
    Type: 'COGNITO_USER_POOLS',
    IdentitySource: 'method.request.header.Authorization',
    ProviderARNs: [{ 'Fn::GetAtt': [Match.stringLikeRegexp('^Pool'), 'Arn'] }],
  });
});

test('the API only has paths below /api/ (AG-RT-04)', () => {
  const parts = Object.values(apiTemplate().findResources('AWS::ApiGateway::Resource')).map(
    ({ Properties }) => Properties.PathPart,
  );
  expect(parts).toEqual(['api', '{proxy+}']);
});

test('forwards requests with their path through the VPC link to the load balancer (PI-02, PI-03, AG-PX-01)', () => {
  const [method] = Object.values(apiTemplate().findResources('AWS::ApiGateway::Method'));
  const { HttpMethod, RequestParameters, Integration } = method?.['Properties'];
  expect(HttpMethod).toBe('ANY');
  expect(RequestParameters).toEqual({ 'method.request.path.proxy': true });
  expect(Integration).toMatchObject({
    Type: 'HTTP_PROXY',
    IntegrationHttpMethod: 'ANY',
    ConnectionType: 'VPC_LINK',
    ConnectionId: { Ref: expect.stringMatching(/^Link/) },
    IntegrationTarget: LOAD_BALANCER_ARN,
    RequestParameters: { 'integration.request.path.proxy': 'method.request.path.proxy' },
    TimeoutInMillis: 29_000,
  });
  expect(Integration.Uri).toBe('http://internal.example/api/{proxy}');
});

test('the API is regional and its stage has the given name (AG-HD-08)', () => {
  apiTemplate().hasResourceProperties('AWS::ApiGateway::RestApi', {
    EndpointConfiguration: { Types: ['REGIONAL'] },
  });
  apiTemplate().hasResourceProperties('AWS::ApiGateway::Stage', { StageName: 'dev' });
  apiTemplate().resourceCountIs('AWS::ApiGateway::Account', 0);
});

test('the deployment keeps its logical id if nothing changes', () => {
  expect(deploymentId(apiTemplate())).toBe(deploymentId(apiTemplate()));
});

test.each([
  ['the scope', { scope: 'greetings/write' }],
  ['the load balancer', { loadBalancerArn: `${LOAD_BALANCER_ARN}0` }],
])('a change of %s creates a new deployment (AG-PX-11)', (_, change) => {
  expect(deploymentId(apiTemplate(change))).not.toBe(deploymentId(apiTemplate()));
});

test('the access log has one JSON object per request with all fields (AG-PX-10)', () => {
  const template = apiTemplate();
  const [stage] = Object.values(template.findResources('AWS::ApiGateway::Stage'));
  const { DestinationArn, Format } = stage?.['Properties'].AccessLogSetting;
  expect(rendered(DestinationArn)).toMatch(/:log-group:\$\{ApiAccessLogs[0-9A-F]+\}$/);
  expect(JSON.parse(Format)).toEqual(ACCESS_LOG_FIELDS);
  for (const variable of Object.values(ACCESS_LOG_FIELDS)) expect(variable).toMatch(/^\$context\.[\w.]+$/);
});

test('logs and traces contain no token, body or query string', () => {
  const [stage] = Object.values(apiTemplate().findResources('AWS::ApiGateway::Stage'));
  expect(stage?.['Properties'].MethodSettings).toEqual([
    expect.objectContaining({ LoggingLevel: 'ERROR', DataTraceEnabled: false }),
  ]);
  expect(JSON.stringify(ACCESS_LOG_FIELDS)).not.toMatch(/querystring|header|body/i);
});

test('logs expire after 30 days, and the execution log group is created before the stage', () => {
  const template = apiTemplate({ removalPolicy: RemovalPolicy.DESTROY });
  const groups = apiLogGroups(template);
  expect(Object.keys(groups)).toHaveLength(2);
  for (const group of Object.values(groups)) {
    expect(group).toMatchObject({ DeletionPolicy: 'Delete', Properties: { RetentionInDays: 30 } });
  }
  const [executionLogs] = Object.entries(groups).filter(([, { Properties }]) => Properties.LogGroupName);
  expect(rendered(executionLogs?.[1]['Properties'].LogGroupName)).toMatch(
    /^API-Gateway-Execution-Logs_\$\{ApiRestApi[0-9A-F]+\}\/dev$/,
  );
  template.hasResource('AWS::ApiGateway::Stage', { DependsOn: Match.arrayWith([executionLogs?.[0]]) });
  for (const group of Object.values(apiLogGroups(apiTemplate()))) {
    expect(group).toMatchObject({ DeletionPolicy: 'Retain' });
  }
});

test('requests are traced and throttled', () => {
  const [stage] = Object.values(apiTemplate().findResources('AWS::ApiGateway::Stage'));
  expect(stage?.['Properties']).toMatchObject({
    TracingEnabled: true,
    MethodSettings: [
      {
        HttpMethod: '*',
        ResourcePath: '/*',
        ThrottlingRateLimit: 800,
        ThrottlingBurstLimit: 400,
        MetricsEnabled: false,
      },
    ],
  });
});

test('one of a hundred requests has a trace', () => {
  apiTemplate().hasResourceProperties('AWS::XRay::SamplingRule', {
    SamplingRule: {
      RuleName: Match.stringLikeRegexp('^.{1,32}$'),
      ServiceName: 'test/dev',
      ServiceType: 'AWS::ApiGateway::Stage',
      FixedRate: 0.01,
      ReservoirSize: 0,
    },
  });
});

test('clients need TLS 1.2 with forward secrecy, and the host name of the TLS handshake', () => {
  apiTemplate().hasResourceProperties('AWS::ApiGateway::RestApi', {
    SecurityPolicy: 'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09',
    EndpointAccessMode: 'STRICT',
  });
});

test.each([
  ['DEFAULT_4XX', '{"message":$context.error.messageString}'],
  ['DEFAULT_5XX', '{"message":$context.error.messageString,"requestId":"$context.requestId"}'],
])('the gateway response %s is JSON and not cached (AG-GR-02)', (type, body) => {
  apiTemplate().hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
    ResponseType: type,
    StatusCode: Match.absent(),
    ResponseTemplates: { 'application/json': body },
    ResponseParameters: { 'gatewayresponse.header.Cache-Control': "'no-store'" },
  });
});

test('a metric filter counts responses with 429', () => {
  apiTemplate().hasResourceProperties('AWS::Logs::MetricFilter', {
    LogGroupName: { Ref: Match.stringLikeRegexp('^ApiAccessLogs') },
    FilterPattern: '{ $.status = "429" }',
    MetricTransformations: [
      { MetricNamespace: 'test', MetricName: 'ThrottledRequests', MetricValue: '1', Unit: 'Count' },
    ],
  });
  // The filter compares the field with a string.
  expect(ACCESS_LOG_FIELDS.status).toBe('$context.status');
});
