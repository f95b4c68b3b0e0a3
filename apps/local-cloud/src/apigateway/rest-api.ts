import { z } from 'zod';
import { InvalidPropertyError, UnsupportedResourceError } from '../errors';
import { type GatewayResponses, readGatewayResponses } from './gateway-response';
import { cfnBoolean, cfnInteger, withoutEffect } from '../template/properties';
import type { Resource, Stack } from '../template/stack';

/** A Cognito user pools authorizer. */
export interface CognitoAuthorizer {
  readonly name: string;
  readonly userPoolArns: readonly string[];
  /** The header that carries the token, in lower case. */
  readonly header: string;
  /** For how long a verdict on a token is kept. */
  readonly ttlSeconds: number;
}

/** A private HTTP proxy integration: through a VPC link to a load balancer. */
export interface HttpProxyIntegration {
  readonly loadBalancerArn: string;
  /** With `{parameters}` where the request's path parameters go. */
  readonly uri: string;
  /** Path parameters of the URI, each with the method's path parameter it is filled from. */
  readonly pathParameters: ReadonlyMap<string, string>;
  readonly timeoutMs: number;
  /** `ANY`: the method of the request. */
  readonly httpMethod: string;
}

/** A method of a resource. */
export interface Method {
  /** `ANY` or an HTTP method. */
  readonly httpMethod: string;
  /** `undefined`: everybody may call it. */
  readonly authorizer: CognitoAuthorizer | undefined;
  /** Empty: the authorizer takes ID tokens; else access tokens with at least one of these (rows AG-AU-04, AG-AU-05). */
  readonly scopes: readonly string[];
  readonly integration: HttpProxyIntegration;
}

/** A node of the API's resource tree. */
export interface ApiResource {
  /** E.g. `api`, `{id}` or `{proxy+}`; empty for the root. */
  readonly pathPart: string;
  /** From the root, e.g. `/api/{proxy+}`. */
  readonly path: string;
  readonly children: readonly ApiResource[];
  readonly methods: readonly Method[];
}

/** A REST API with its stages. */
export interface RestApi {
  readonly logicalId: string;
  readonly id: string;
  readonly name: string;
  /** `<id>.execute-api.<region>.amazonaws.com` */
  readonly host: string;
  readonly root: ApiResource;
  readonly stages: readonly string[];
  readonly gatewayResponses: GatewayResponses;
}

const RestApiProperties = z.strictObject({
  Name: z.string(),
  EndpointConfiguration: z
    .strictObject({ Types: z.array(z.enum(['REGIONAL', 'EDGE'])), ...withoutEffect('IpAddressType') })
    .optional(),
  ...withoutEffect('Description', 'Tags'),
});

const ResourceProperties = z.strictObject({
  RestApiId: z.string(),
  ParentId: z.string(),
  PathPart: z.string(),
});

const AuthorizerProperties = z.strictObject({
  RestApiId: z.string(),
  Name: z.string(),
  Type: z.enum(['COGNITO_USER_POOLS']),
  ProviderARNs: z.array(z.string()).min(1),
  IdentitySource: z
    .string()
    .regex(/^method\.request\.header\.[\w-]+$/, 'must be method.request.header.<name>')
    .default('method.request.header.Authorization'),
  AuthorizerResultTtlInSeconds: cfnInteger.default(300),
});

const IntegrationProperties = z.strictObject({
  Type: z.enum(['HTTP_PROXY']),
  IntegrationHttpMethod: z.string(),
  Uri: z.url({ protocol: /^http$/ }),
  ConnectionType: z.enum(['VPC_LINK']),
  ConnectionId: z.string(),
  IntegrationTarget: z.string(),
  RequestParameters: z.record(z.string(), z.string()).default({}),
  TimeoutInMillis: cfnInteger.pipe(z.number().min(50)).default(29_000),
  PassthroughBehavior: z.enum(['WHEN_NO_MATCH', 'WHEN_NO_TEMPLATES']).optional(),
});

const MethodProperties = z.strictObject({
  RestApiId: z.string(),
  ResourceId: z.string(),
  HttpMethod: z.enum(['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']),
  AuthorizationType: z.enum(['NONE', 'COGNITO_USER_POOLS']),
  AuthorizerId: z.string().optional(),
  AuthorizationScopes: z.array(z.string()).default([]),
  ApiKeyRequired: z.literal(false).optional(),
  RequestParameters: z.record(z.string(), cfnBoolean).default({}),
  Integration: IntegrationProperties,
  ...withoutEffect('OperationName'),
});

const DeploymentProperties = z.strictObject({ RestApiId: z.string(), ...withoutEffect('Description') });

const StageProperties = z.strictObject({
  RestApiId: z.string(),
  DeploymentId: z.string(),
  StageName: z.string(),
  ...withoutEffect('AccessLogSetting', 'Description', 'MethodSettings', 'Tags', 'TracingEnabled'),
});

const VpcLinkProperties = z.strictObject({
  ...withoutEffect('Name', 'SecurityGroupIds', 'SubnetIds', 'Tags'),
});

function invalid(resource: Resource, property: string, detail: string): never {
  throw new InvalidPropertyError(resource.logicalId, resource.type, [{ property, detail }]);
}

/**
 * Reads the stack's REST APIs.
 *
 * @throws InvalidPropertyError when a method or stage names something that is not there
 * @throws UnsupportedResourceError for an API that no stage makes reachable
 */
export function readRestApis(stack: Stack): RestApi[] {
  const gatewayResponses = readGatewayResponses(stack);
  const authorizers = readAuthorizers(stack);
  const methods = readMethods(stack, authorizers);
  const resources = stack.ofType('AWS::ApiGateway::Resource').map((resource) => ({
    id: resource.ref,
    ...resource.read(ResourceProperties),
  }));
  const deployments = new Map(
    stack
      .ofType('AWS::ApiGateway::Deployment')
      .map((resource) => [resource.ref, resource.read(DeploymentProperties)]),
  );
  const stages = stack.ofType('AWS::ApiGateway::Stage').map((resource) => {
    const stage = resource.read(StageProperties);
    if (deployments.get(stage.DeploymentId)?.RestApiId !== stage.RestApiId) {
      invalid(resource, 'DeploymentId', `${stage.DeploymentId} is no deployment of this API.`);
    }
    return stage;
  });

  return stack.ofType('AWS::ApiGateway::RestApi').map((resource) => {
    const { Name } = resource.read(RestApiProperties);
    const build = (id: string, pathPart: string, path: string): ApiResource => ({
      pathPart,
      path: path || '/',
      methods: methods.filter((method) => method.resourceId === id).map(({ method }) => method),
      children: resources
        .filter(({ ParentId }) => ParentId === id)
        .map((child) => build(child.id, child.PathPart, `${path}/${child.PathPart}`)),
    });
    const ownStages = stages.filter(({ RestApiId }) => RestApiId === resource.ref);
    if (ownStages.length === 0) {
      throw new UnsupportedResourceError(
        resource.logicalId,
        resource.type,
        'has no AWS::ApiGateway::Stage, so nothing can call it.',
      );
    }
    return {
      logicalId: resource.logicalId,
      id: resource.ref,
      name: Name,
      host: `${resource.ref}.execute-api.${stack.region}.amazonaws.com`,
      root: build(String(resource.attribute('RootResourceId')), '', ''),
      stages: ownStages.map(({ StageName }) => StageName),
      gatewayResponses: gatewayResponses.get(resource.ref) ?? new Map(),
    };
  });
}

function readAuthorizers(stack: Stack): ReadonlyMap<string, CognitoAuthorizer> {
  return new Map(
    stack.ofType('AWS::ApiGateway::Authorizer').map((resource) => {
      const authorizer = resource.read(AuthorizerProperties);
      return [
        resource.ref,
        {
          name: authorizer.Name,
          userPoolArns: authorizer.ProviderARNs,
          header: authorizer.IdentitySource.replace('method.request.header.', '').toLowerCase(),
          ttlSeconds: authorizer.AuthorizerResultTtlInSeconds,
        },
      ];
    }),
  );
}

function readMethods(
  stack: Stack,
  authorizers: ReadonlyMap<string, CognitoAuthorizer>,
): { resourceId: string; method: Method }[] {
  const vpcLinks = new Set(
    stack.ofType('AWS::ApiGatewayV2::VpcLink').map((resource) => {
      resource.read(VpcLinkProperties);
      return resource.ref;
    }),
  );
  return stack.ofType('AWS::ApiGateway::Method').map((resource) => {
    const properties = resource.read(MethodProperties);
    const { Integration: integration } = properties;
    if (!vpcLinks.has(integration.ConnectionId)) {
      invalid(
        resource,
        'Integration.ConnectionId',
        `${integration.ConnectionId} is no VPC link of this stack.`,
      );
    }
    return {
      resourceId: properties.ResourceId,
      method: {
        httpMethod: properties.HttpMethod,
        authorizer: methodAuthorizer(resource, properties, authorizers),
        scopes: properties.AuthorizationScopes,
        integration: {
          loadBalancerArn: integration.IntegrationTarget,
          uri: integration.Uri,
          pathParameters: pathParameters(
            resource,
            integration.RequestParameters,
            properties.RequestParameters,
          ),
          timeoutMs: integration.TimeoutInMillis,
          httpMethod: integration.IntegrationHttpMethod,
        },
      },
    };
  });
}

function methodAuthorizer(
  resource: Resource,
  { AuthorizationType, AuthorizerId }: z.output<typeof MethodProperties>,
  authorizers: ReadonlyMap<string, CognitoAuthorizer>,
): CognitoAuthorizer | undefined {
  if (AuthorizationType === 'NONE') return undefined;
  const authorizer = authorizers.get(AuthorizerId ?? '');
  return (
    authorizer ?? invalid(resource, 'AuthorizerId', `${String(AuthorizerId)} is no authorizer of this stack.`)
  );
}

/** `integration.request.path.x: method.request.path.y` (row AG-PX-01); other mappings are not supported. */
function pathParameters(
  resource: Resource,
  mappings: Readonly<Record<string, string>>,
  declared: Readonly<Record<string, boolean>>,
): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(mappings).map(([target, source]) => {
      const [, parameter] = /^integration\.request\.path\.([\w.-]+)$/.exec(target) ?? [];
      const [, from] = /^method\.request\.path\.([\w.-]+)$/.exec(source) ?? [];
      if (parameter === undefined || from === undefined) {
        return invalid(
          resource,
          `Integration.RequestParameters.${target}`,
          'only path parameters can be mapped here.',
        );
      }
      if (!(source in declared)) {
        invalid(resource, 'RequestParameters', `${source} is mapped but not declared (row AG-PX-01).`);
      }
      return [parameter, from];
    }),
  );
}
