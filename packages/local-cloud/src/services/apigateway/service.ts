import {
  type ResourceIdentity,
  type ResourceTypes,
  type Stack,
  unsupportedProperty,
} from '@spa-on-aws/cloudformation';
import { accountState, defineService, type RequiredLink } from '../../run/service';
import { type LinkedEdge, mapNode, type TopologyPart } from '../../run/topology-node';
import { functionOutside } from '../lambda/model/runnable';
import { checkDestinations, destinationOf, loadBalancersBehind, splitUri } from './model/destination';
import { functionAt, functionsBehind } from './model/lambda-integration';
import { openDocuments } from './model/openapi-document';
import { type ApiResource, type Method, readRestApis, type RestApi, withOpenApi } from './model/rest-api';
import { restApiHandler } from './pipeline/handler';
import { compileModels } from './pipeline/request-body';
import { GatewayThrottle } from './pipeline/throttling';
import { TokenAuthorizer } from './pipeline/token-authorizer';

const shortId = (resource: ResourceIdentity): string => resource.id(10);

export const apiGatewayResourceTypes: ResourceTypes = {
  'AWS::ApiGateway::RestApi': {
    ref: shortId,
    attributes: { RestApiId: shortId, RootResourceId: (api) => `${api.id(9)}/` },
  },
  'AWS::ApiGateway::Resource': { ref: shortId, attributes: { ResourceId: shortId } },
  'AWS::ApiGateway::Method': { ref: shortId, attributes: {} },
  'AWS::ApiGateway::Authorizer': { ref: shortId, attributes: { AuthorizerId: shortId } },
  'AWS::ApiGateway::GatewayResponse': { ref: shortId, attributes: { Id: shortId } },
  'AWS::ApiGateway::Deployment': { ref: shortId, attributes: { DeploymentId: shortId } },
  'AWS::ApiGateway::Stage': { ref: (stage) => String(stage.property('StageName')), attributes: {} },
  'AWS::ApiGateway::ApiKey': { ref: shortId, attributes: { APIKeyId: shortId } },
  'AWS::ApiGateway::Model': {
    ref: (model) => String(model.property('Name') ?? `Model${model.id(6)}`),
    attributes: {},
  },
  'AWS::ApiGateway::RequestValidator': { ref: shortId, attributes: { RequestValidatorId: shortId } },
  'AWS::ApiGateway::UsagePlan': { ref: shortId, attributes: { Id: shortId } },
  'AWS::ApiGateway::UsagePlanKey': { ref: shortId, attributes: { Id: shortId } },
  'AWS::ApiGateway::VpcLink': { ref: shortId, attributes: { VpcLinkId: shortId } },
  'AWS::ApiGatewayV2::VpcLink': { ref: shortId, attributes: { VpcLinkId: shortId } },
};

const REST_API = 'AWS::ApiGateway::RestApi';
const AUTHORIZER = 'AWS::ApiGateway::Authorizer';
const METHOD = 'AWS::ApiGateway::Method';

/** Returns a warning for each API that no request reaches. */
function withoutStage(apis: readonly RestApi[]): string[] {
  return apis
    .filter(({ stages }) => stages.length === 0)
    .map(
      ({ logicalId }) =>
        `${logicalId} has no stage: it responds to every request with 403. Add an AWS::ApiGateway::Stage, or StageName to its AWS::ApiGateway::Deployment.`,
    );
}

export const throttleOf = accountState(() => new GatewayThrottle());

/** API Gateway: REST APIs with their stages, authorizers, integrations and usage plans. */
export const apiGateway = defineService({
  resourceTypes: apiGatewayResourceTypes,
  listens: { kind: 'rest-api', resourceType: REST_API },
  localHosts: (stack, { restApis }) =>
    stack.ofType(REST_API).flatMap(({ logicalId, ref }) => {
      const origin = restApis.get(logicalId);
      return origin === undefined
        ? []
        : [[`${ref}.execute-api.${stack.region}.amazonaws.com`, origin] as const];
    }),
  prepare: openDocuments,
  readModel: readRestApis,
  check: async (apis, { stack, options: { standIns } }) => {
    const arns = new Set(stack.ofType('AWS::ElasticLoadBalancingV2::LoadBalancer').map(({ ref }) => ref));
    for (const api of apis) checkDestinations(api, { backends: arns, standIns });
    for (const { root } of apis) await compileModels(root);
  },
  warnings: withoutStage,
  provides: (apis) => apis.map(({ host }) => ({ kind: 'host' as const, id: host })),
  requires: (apis, stack) => [
    ...apis.flatMap(loadBalancersBehind).map(({ methodLogicalId, arn }): RequiredLink => ({
      kind: 'load-balancer',
      id: arn,
      missing: () =>
        unsupportedProperty(
          { logicalId: methodLogicalId, type: METHOD },
          'Integration.IntegrationTarget',
          `${arn} is not a load balancer of this template.`,
        ),
    })),
    ...apis.flatMap(functionsBehind).map(({ arn, property, ...resource }): RequiredLink => ({
      kind: 'function',
      id: arn ?? '',
      missing: () =>
        arn === undefined
          ? unsupportedProperty(resource, property, 'has a variable that a stage does not set.')
          : functionOutside(resource, property, arn),
    })),
    ...tablesIn(stack),
    ...withOpenApi(stack)
      .ofType(AUTHORIZER)
      .flatMap((resource) =>
        ((resource.properties['ProviderARNs'] as string[] | undefined) ?? []).map((arn): RequiredLink => ({
          kind: 'user-pool',
          id: arn,
          missing: () =>
            unsupportedProperty(
              resource,
              'ProviderARNs',
              `${arn} is not a user pool of these templates; they have: ` +
                `${
                  stack
                    .ofType('AWS::Cognito::UserPool')
                    .map((pool) => String(pool.attribute('Arn')))
                    .join(', ') || 'none'
                }.`,
            ),
        })),
      ),
  ],
  start: async (apis, { account, network, localize }) => {
    const { clock, options, log } = account;
    const authorizer = new TokenAuthorizer(network.tokenIssuers, clock.now);
    const endpoints = apis.map((api) => {
      const handler = restApiHandler(api, {
        authorizer,
        credentials: account.credentials,
        now: clock.now,
        throttle: throttleOf(account),
        functions: network.functions,
        services: { dynamoDb: () => network.dynamoDb(), hosts: network.hosts },
        log,
        localHosts: loopbackHosts(localize(`https://${api.host}`)),
        backends: network.loadBalancers,
        standIns: options.standIns,
        upstream: network.upstream,
      });
      network.hosts.set(api.host, (request) => handler(request));
      return { logicalId: api.logicalId, handler };
    });
    for (const { root } of apis) await compileModels(root);
    return { running: undefined, endpoints };
  },
  topology: (apis) => apis.map(partOf).reduce(merge, { nodes: [], edges: [] }),
});

/** Tables that the templates of DynamoDB integrations name. */
function tablesIn(stack: Stack): RequiredLink[] {
  return withOpenApi(stack)
    .ofType(METHOD)
    .flatMap((resource) => {
      const integration = resource.properties['Integration'] as
        { readonly Uri?: unknown; readonly RequestTemplates?: Readonly<Record<string, unknown>> } | undefined;
      if (!/:dynamodb:action\//.test(String(integration?.Uri))) return [];
      return Object.entries(integration?.RequestTemplates ?? {}).flatMap(([type, template]) =>
        [...String(template).matchAll(/"TableName"\s*:\s*"([\w.-]+)"/g)].map(
          ([, name = '']): RequiredLink => ({
            kind: 'table',
            id: name,
            missing: () =>
              unsupportedProperty(
                resource,
                `Integration.RequestTemplates.${type}`,
                `${name} is not a table of these templates. Add its template with --template.`,
              ),
          }),
        ),
      );
    });
}

function loopbackHosts(origin: string): ReadonlySet<string> {
  const { port } = new URL(origin);
  return new Set(['localhost', '127.0.0.1', '[::1]'].map((host) => `${host}:${port}`));
}

export const apiId = ({ logicalId }: { readonly logicalId: string }): string => `api:${logicalId}`;
const methodId = (api: RestApi, resource: ApiResource, method: Method): string =>
  `method:${api.logicalId}:${method.httpMethod} ${resource.path}`;
const authorizerId = ({ name }: { readonly name: string }): string => `authorizer:${name}`;

const merge = (one: TopologyPart, other: TopologyPart): TopologyPart => ({
  nodes: [...one.nodes, ...other.nodes],
  edges: [...one.edges, ...other.edges],
});

function partOf(api: RestApi): TopologyPart {
  const methods = methodsBelow(api.root);
  const authorizers = new Map(
    methods.flatMap(({ method: { authorizer } }) =>
      authorizer ? [[authorizerId(authorizer), authorizer]] : [],
    ),
  );
  const apiNode = mapNode({
    id: apiId(api),
    kind: 'api',
    name: api.name,
    role: 'API Gateway: entry point of the API; accepts only defined routes',
    parts: methods.map(({ resource, method }) => ({
      id: methodId(api, resource, method),
      title: `${method.httpMethod} ${resource.path}`,
      facts: [methodFact(method)],
      policies: [],
    })),
    column: 3,
  });
  const authorizerNodes = [...authorizers].map(([id, authorizer]) =>
    mapNode({
      id,
      kind: 'authorizer',
      name: 'Authorizer',
      role: 'checks the token before the API receives the call',
      facts:
        authorizer.type === 'cognito'
          ? [`reads the ${authorizer.header} header`, 'accepts only tokens of its user pool']
          : [`reads ${authorizer.identitySources.join(', ') || 'the request'}`, 'a Lambda function decides'],
      column: 4,
    }),
  );
  return {
    nodes: [{ ...apiNode, provides: [{ kind: 'host', id: api.host }] }, ...authorizerNodes],
    edges: [
      ...methods.flatMap(({ resource, method }) => edgesOf(api, resource, method)),
      ...[...authorizers].flatMap(([from, authorizer]): LinkedEdge[] => {
        const [stage] = api.stages;
        const id = authorizer.type === 'lambda' && stage ? functionAt(authorizer, stage) : undefined;
        return id === undefined ? [] : [{ from, to: { kind: 'function', id } }];
      }),
    ],
  };
}

function edgesOf(api: RestApi, resource: ApiResource, method: Method): LinkedEdge[] {
  const from = methodId(api, resource, method);
  const to = targetOf(api, method);
  const { authorizer } = method;
  const through = authorizer ? authorizerId(authorizer) : from;
  return [...(authorizer ? [{ from, to: through }] : []), ...(to ? [{ from: through, to }] : [])];
}

/** Returns where the integration of a method leads at the first stage; `undefined` when it responds by itself. */
function targetOf(api: RestApi, { integration }: Method): Extract<LinkedEdge['to'], object> | undefined {
  const [stage] = api.stages;
  if (integration.type === 'mock' || !stage) return undefined;
  if (integration.type === 'lambda') return { kind: 'function', id: functionAt(integration, stage) ?? '' };
  if (integration.type === 'service') return undefined;
  const destination = destinationOf(integration, stage, api, new Map());
  if (destination?.kind === 'load-balancer') return { kind: 'load-balancer', id: destination.arn };
  return { kind: 'host', id: splitUri(integration.uri).host };
}

function methodsBelow(resource: ApiResource): { readonly resource: ApiResource; readonly method: Method }[] {
  return [
    ...resource.methods.map((method) => ({ resource, method })),
    ...resource.children.flatMap(methodsBelow),
  ];
}

function methodFact({ authorizer, requiresSignature, scopes, integration }: Method): string {
  if (integration.type === 'mock') return 'API Gateway responds itself';
  if (requiresSignature) return 'requires a signature with IAM credentials';
  if (!authorizer) return 'public';
  if (authorizer.type === 'lambda') return 'a Lambda authorizer decides';
  return scopes.length === 0
    ? 'requires an ID token'
    : `requires an access token with ${scopes.join(' or ')}`;
}
