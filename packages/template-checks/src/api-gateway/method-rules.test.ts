import { expect, test } from 'vitest';
import { found, mutated, type MutableTemplate } from '../../test/fixtures';
import { verifyTemplate } from '../verify';

const FIT = 'api-methods-valid';
const PATH = 'authorized-path-reaches-container';
const UNUSED = 'no-unused-entry-points';
const JSON_ONLY = 'gateway-responses-json-without-cors';

const method = (template: MutableTemplate) => template.the('AWS::ApiGateway::Method').Properties;
const integration = (template: MutableTemplate) => method(template).Integration;
const greedy = (template: MutableTemplate) =>
  template.the('AWS::ApiGateway::Resource', ({ Properties }) => Properties.PathPart === '{proxy+}')
    .Properties;

test.each<[what: string, mutate: (template: MutableTemplate) => void, rules: readonly string[]]>([
  [
    'a timeout of a minute (AG-LIM-04)',
    (template) => (integration(template).TimeoutInMillis = 60_000),
    [FIT, 'load-balancers-valid'],
  ],
  ['no IntegrationHttpMethod', (template) => delete integration(template).IntegrationHttpMethod, [FIT]],
  [
    'no IntegrationTarget (PI-02)',
    (template) => delete integration(template).IntegrationTarget,
    [PATH, UNUSED, FIT],
  ],
  [
    'the listener as IntegrationTarget (PI-03)',
    (template) =>
      (integration(template).IntegrationTarget = {
        Ref: template.id('AWS::ElasticLoadBalancingV2::Listener'),
      }),
    [PATH, UNUSED, FIT],
  ],
  [
    'the name of the load balancer as IntegrationTarget',
    (template) =>
      (integration(template).IntegrationTarget = {
        'Fn::GetAtt': [template.id('AWS::ElasticLoadBalancingV2::LoadBalancer'), 'LoadBalancerFullName'],
      }),
    [FIT],
  ],
  [
    'an https URI for an http listener',
    (template) => (integration(template).Uri['Fn::Join'][1][0] = 'https://'),
    [PATH, UNUSED, FIT],
  ],
  [
    'a path parameter that is not mapped (AG-PX-01)',
    (template) => delete integration(template).RequestParameters,
    [FIT],
  ],
  [
    'a path parameter that is not declared (AG-PX-01)',
    (template) => delete method(template).RequestParameters,
    [FIT],
  ],
  ['another path parameter', (template) => (greedy(template).PathPart = '{rest+}'), [FIT]],
  [
    'a path that continues after a greedy parameter',
    (template) => {
      template.add('Deeper', 'AWS::ApiGateway::Resource', {
        ParentId: method(template).ResourceId,
        PathPart: 'deeper',
        RestApiId: method(template).RestApiId,
      });
      method(template).ResourceId = { Ref: 'Deeper' };
    },
    [FIT],
  ],
  ['a resource of another API', (template) => (method(template).ResourceId = 'abc123'), [FIT]],
  [
    'an edge-optimized API (AG-HD-08)',
    (template) =>
      (template.the('AWS::ApiGateway::RestApi').Properties.EndpointConfiguration.Types = ['EDGE']),
    ['rest-api-regional'],
  ],
  [
    'an API without an endpoint type',
    (template) => delete template.the('AWS::ApiGateway::RestApi').Properties.EndpointConfiguration,
    ['rest-api-regional'],
  ],
  [
    'gateway responses for other origins',
    (template) =>
      (template.the('AWS::ApiGateway::GatewayResponse').Properties.ResponseParameters = {
        'gatewayresponse.header.Access-Control-Allow-Origin': "'*'",
      }),
    [JSON_ONLY],
  ],
  [
    'CORS in a response headers policy',
    (template) =>
      (template.the(
        'AWS::CloudFront::ResponseHeadersPolicy',
      ).Properties.ResponseHeadersPolicyConfig.CorsConfig = {
        AccessControlAllowOrigins: { Items: ['*'] },
      }),
    [JSON_ONLY],
  ],
  [
    'a gateway response in HTML',
    (template) =>
      (template.the('AWS::ApiGateway::GatewayResponse').Properties.ResponseTemplates = {
        'text/html': '<h1>No</h1>',
      }),
    [JSON_ONLY],
  ],
  [
    'a gateway response with invalid JSON',
    (template) =>
      (template.the('AWS::ApiGateway::GatewayResponse').Properties.ResponseTemplates = {
        'application/json': '{"message": $context.error.message}}',
      }),
    [JSON_ONLY],
  ],
])('reports %s', async (_, mutate, rules) => {
  const { rules: broken } = await found(mutated((template) => void mutate(template)));
  expect(broken.filter((rule) => rule !== 'api-deployment-covers-methods')).toEqual(rules);
});

const ROUTE = 'GET /api/{proxy+}';
const DECLARED = { publicMethod: ROUTE, reason: 'Everyone may read it.' };

/** Adds a method to the template, with a declaration that it is public. */
function withPublicMethod(declaration: object | undefined, properties: Record<string, unknown> = {}) {
  return mutated((template) => {
    const { Properties } = template.the('AWS::ApiGateway::Method');
    const rest = declaration && { Metadata: { 'template-checks': declaration } };
    template.add(
      'Public',
      'AWS::ApiGateway::Method',
      {
        ...Properties,
        AuthorizationType: 'NONE',
        AuthorizerId: undefined,
        AuthorizationScopes: undefined,
        HttpMethod: 'GET',
        ...properties,
      },
      rest,
    );
    template.the('AWS::ApiGateway::Deployment').DependsOn?.push('Public');
  });
}

test('allows a method that is declared public, and the report names it', async () => {
  const stack = withPublicMethod(DECLARED);
  expect((await found(stack)).rules).toEqual([]);
  const { outcomes } = await verifyTemplate(stack, { only: 'public-methods-as-declared' });
  expect(outcomes[0]?.remark).toEqual({ note: `public: ${ROUTE} (Everyone may read it.)` });
});

const TOKEN = mutated(() => undefined).template.ofType('AWS::ApiGateway::Method')[0]?.properties
  .raw as Record<string, unknown>;

test.each<[string, ReturnType<typeof withPublicMethod>, string]>([
  ['with another method', withPublicMethod({ ...DECLARED, publicMethod: 'POST /api/{proxy+}' }), ROUTE],
  ['with another path', withPublicMethod({ ...DECLARED, publicMethod: 'GET /api/status' }), ROUTE],
  ['without a reason', withPublicMethod({ publicMethod: ROUTE }), 'it has no reason'],
  ['with an empty reason', withPublicMethod({ ...DECLARED, reason: '' }), 'it has no reason'],
  [
    'of a method with IAM authorization',
    withPublicMethod(DECLARED, { AuthorizationType: 'AWS_IAM' }),
    'AuthorizationType is AWS_IAM',
  ],
])('a declaration %s opens nothing', async (_, stack, problem) => {
  const { rules, problems } = await found(stack);
  expect(rules).toEqual([
    'container-reachable-only-through-authorizer',
    'scope-required-on-every-method',
    'public-methods-as-declared',
  ]);
  expect(problems.at(-1)).toContain(problem);
});

test('reports a declaration of a method that requires a token', async () => {
  const { rules, problems } = await found(withPublicMethod(DECLARED, { ...TOKEN, HttpMethod: 'GET' }));
  expect(rules).toEqual(['public-methods-as-declared']);
  expect(problems).toEqual([`${ROUTE} is declared public, but AuthorizationType is COGNITO_USER_POOLS`]);
});

test('reports a declaration on a resource that is not a method', async () => {
  const { rules, problems } = await found(
    mutated((template) => {
      template.the('AWS::ApiGateway::RestApi').Metadata = { 'template-checks': DECLARED };
    }),
  );
  expect(rules).toEqual(['public-methods-as-declared']);
  expect(problems[0]).toContain('which is not a method');
});
