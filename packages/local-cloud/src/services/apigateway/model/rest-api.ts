import { z } from 'zod';
import {
  cfnBoolean,
  cfnInteger,
  invalidProperty,
  readProperties,
  type Resource,
  type Stack,
  withoutEffect,
} from '@spa-on-aws/cloudformation';
import { type Authorizer, readAuthorizers } from './authorizer';
import { checkVpcLinks } from './destination';
import { type GatewayResponses, readGatewayResponses } from './gateway-response';
import { type Integration, IntegrationProperties, readIntegration } from './integration';
import { importOpenApi } from './openapi';
import { DocumentLocation } from './openapi-document';
import { readModels, type RequestModel } from './request-model';
import { type ResourcePolicy, ResourcePolicyProperties } from './resource-policy';
import { readStages, type Stage } from './stage';
import { readUsagePlans, type UsagePlan } from './usage-plan';

export interface Method {
  readonly logicalId: string;
  readonly httpMethod: string;
  /** `undefined`: public. */
  readonly authorizer: Authorizer | undefined;
  /** Empty: the authorizer accepts ID tokens; else access tokens with at least one of these (rows AG-AU-04, AG-AU-05). */
  readonly scopes: readonly string[];
  /** `AWS_IAM`: only requests signed with IAM credentials are accepted. */
  readonly requiresSignature: boolean;
  readonly needsApiKey: boolean;
  /** Requests without one of these are rejected, e.g. `method.request.querystring.name`. */
  readonly requiredParameters: readonly string[];
  /** Bodies of these media types, or all of `$default`, must match the model (row AG-VA-01). */
  readonly bodyModels: ReadonlyMap<string, RequestModel>;
  readonly integration: Integration;
}

export interface ApiResource {
  readonly id: string;
  readonly pathPart: string;
  /** From the root, e.g. `/api/{proxy+}`. */
  readonly path: string;
  readonly children: readonly ApiResource[];
  readonly methods: readonly Method[];
}

export interface RestApi {
  readonly logicalId: string;
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
  /** `<id>.execute-api.<region>.amazonaws.com` */
  readonly host: string;
  readonly root: ApiResource;
  /** At least one. */
  readonly stages: readonly Stage[];
  readonly gatewayResponses: GatewayResponses;
  readonly policy: ResourcePolicy | undefined;
  /** E.g. `image/*`; bodies of other types are treated as text (row AG-PX-04). */
  readonly binaryMediaTypes: readonly string[];
  /** Smallest response that is compressed, in bytes; `undefined`: none (row AG-PX-05). */
  readonly minimumCompressionBytes: number | undefined;
  readonly usagePlans: readonly UsagePlan[];
  /** ARN of the load balancer by id of the VPC link; `undefined` for a V2 link. */
  readonly vpcLinks: ReadonlyMap<string, string | undefined>;
}

const RestApiProperties = z.strictObject({
  Name: z.string().optional(),
  EndpointConfiguration: z
    .strictObject({
      Types: z
        .array(
          z.enum(['REGIONAL', 'EDGE'], {
            error: ({ input }) => `${String(input)} is not supported: a browser could not reach the API`,
          }),
        )
        .default(['EDGE']),
      ...withoutEffect('IpAddressType'),
    })
    .default({ Types: ['EDGE'] }),
  ApiKeySourceType: z.literal('HEADER', 'only API keys in the X-Api-Key header are supported').optional(),
  BinaryMediaTypes: z.array(z.string()).default([]),
  /** An OpenAPI document. */
  Body: z.record(z.string(), z.unknown()).optional(),
  BodyS3Location: DocumentLocation.optional(),
  DisableExecuteApiEndpoint: cfnBoolean
    .refine(
      (disabled) => !disabled,
      'without execute-api only a custom domain could call the API, and custom domains are not supported',
    )
    .optional(),
  MinimumCompressionSize: cfnInteger.pipe(z.number().min(0).max(10_485_760)).optional(),
  Parameters: z.record(z.string(), z.unknown()).optional(),
  Policy: ResourcePolicyProperties.optional(),
  ...withoutEffect('Description', 'FailOnWarnings', 'Mode', 'Tags', 'EndpointAccessMode', 'SecurityPolicy'),
});

const ResourceProperties = z.strictObject({
  RestApiId: z.string(),
  ParentId: z.string(),
  PathPart: z.string(),
});

const MethodProperties = z.strictObject({
  RestApiId: z.string(),
  ResourceId: z.string(),
  HttpMethod: z.enum(['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']),
  AuthorizationType: z.enum(['NONE', 'AWS_IAM', 'COGNITO_USER_POOLS', 'CUSTOM']).default('NONE'),
  AuthorizerId: z.string().optional(),
  AuthorizationScopes: z.array(z.string()).default([]),
  ApiKeyRequired: cfnBoolean.default(false),
  RequestParameters: z.record(z.string(), cfnBoolean).default({}),
  RequestModels: z.record(z.string(), z.string()).default({}),
  RequestValidatorId: z.string().optional(),
  MethodResponses: z
    .array(
      z.strictObject({
        StatusCode: z.union([z.string(), z.number().transform(String)]),
        ResponseParameters: z.record(z.string(), cfnBoolean).default({}),
        ...withoutEffect('ResponseModels'),
      }),
    )
    .default([]),
  Integration: IntegrationProperties,
  ...withoutEffect('OperationName'),
});

const ValidatorProperties = z.strictObject({
  RestApiId: z.string(),
  ValidateRequestBody: cfnBoolean.default(false),
  ValidateRequestParameters: cfnBoolean.default(false),
  ...withoutEffect('Name'),
});

const VpcLinkV2Properties = z.strictObject({
  ...withoutEffect('Name', 'SecurityGroupIds', 'SubnetIds', 'Tags'),
});

const VpcLinkV1Properties = z.strictObject({
  TargetArns: z.array(z.string()).length(1),
  ...withoutEffect('Description', 'Name', 'Tags'),
});

/** Reads REST APIs. @throws InvalidPropertyError UnsupportedPropertyError */
export function readRestApis(template: Stack): RestApi[] {
  const stack = withOpenApi(template);
  const gatewayResponses = readGatewayResponses(stack);
  const stages = readStages(stack);
  const usagePlans = readUsagePlans(stack);
  const vpcLinks = readVpcLinks(stack);
  const apis = stack
    .ofType('AWS::ApiGateway::RestApi')
    .map((resource) => ({ resource, properties: readApi(resource) }));
  const edgeOptimized = new Set(
    apis
      .filter(({ properties }) => properties.EndpointConfiguration.Types.includes('EDGE'))
      .map(({ resource }) => resource.ref),
  );
  const methods = readMethods(stack, edgeOptimized);
  const resources = stack.ofType('AWS::ApiGateway::Resource').map((resource) => ({
    id: resource.ref,
    ...resource.read(ResourceProperties),
  }));

  return apis.map(({ resource, properties }) => {
    const build = (id: string, pathPart: string, path: string): ApiResource => ({
      id,
      pathPart,
      path: path || '/',
      methods: methods.filter((method) => method.resourceId === id).map(({ method }) => method),
      children: resources
        .filter(({ ParentId }) => ParentId === id)
        .map((child) => build(child.id, child.PathPart, `${path}/${child.PathPart}`)),
    });
    const api: RestApi = {
      logicalId: resource.logicalId,
      id: resource.ref,
      name: properties.Name ?? resource.logicalId,
      region: stack.region,
      accountId: stack.accountId,
      host: `${resource.ref}.execute-api.${stack.region}.amazonaws.com`,
      root: build(String(resource.attribute('RootResourceId')), '', ''),
      stages: stages.get(resource.ref) ?? [],
      gatewayResponses: gatewayResponses.get(resource.ref) ?? new Map(),
      policy: properties.Policy,
      binaryMediaTypes: properties.BinaryMediaTypes.map((type) => type.replaceAll('~1', '/').toLowerCase()),
      minimumCompressionBytes: properties.MinimumCompressionSize,
      usagePlans: usagePlans.filter(({ stages: planned }) =>
        planned.some(({ apiId }) => apiId === resource.ref),
      ),
      vpcLinks,
    };
    checkVpcLinks(api);
    return api;
  });
}

/** Tells whether methods accept only signed requests. */
export function hasSignedMethods({ methods, children }: ApiResource): boolean {
  return methods.some(({ requiresSignature }) => requiresSignature) || children.some(hasSignedMethods);
}

function readApi(resource: Resource): z.output<typeof RestApiProperties> {
  const properties = resource.read(RestApiProperties);
  if (properties.Body === undefined) return properties;
  const { settings } = importOpenApi(resource, properties.Body, properties.Parameters);
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  const described = readProperties(resource, given, RestApiProperties);
  return {
    ...described,
    ...properties,
    BinaryMediaTypes: [...properties.BinaryMediaTypes, ...described.BinaryMediaTypes],
  };
}

/** Resources that the model of REST APIs is read from: those of the template and of its OpenAPI documents (row AG-OA-01). */
export type ApiResources = Pick<Stack, 'ofType' | 'region' | 'accountId'>;

/** Adds the resources that OpenAPI documents describe. @throws InvalidPropertyError UnsupportedPropertyError */
export function withOpenApi(stack: Stack): ApiResources {
  const imported = stack.ofType('AWS::ApiGateway::RestApi').flatMap((resource) => {
    const { Body, Parameters } = resource.read(RestApiProperties);
    return Body === undefined ? [] : importOpenApi(resource, Body, Parameters).resources;
  });
  return {
    region: stack.region,
    accountId: stack.accountId,
    ofType: (type) => [...stack.ofType(type), ...imported.filter((resource) => resource.type === type)],
  };
}

/** With a V2 link the integration names the load balancer (row PI-02); a V1 link names it itself (PI-01). */
function readVpcLinks(stack: ApiResources): ReadonlyMap<string, string | undefined> {
  const links = new Map<string, string | undefined>();
  for (const resource of stack.ofType('AWS::ApiGatewayV2::VpcLink')) {
    resource.read(VpcLinkV2Properties);
    links.set(resource.ref, undefined);
  }
  for (const resource of stack.ofType('AWS::ApiGateway::VpcLink'))
    links.set(resource.ref, resource.read(VpcLinkV1Properties).TargetArns[0]);
  return links;
}

function readMethods(
  stack: ApiResources,
  edgeOptimized: ReadonlySet<string>,
): { resourceId: string; method: Method }[] {
  const authorizers = readAuthorizers(stack);
  const modelsOf = readModels(stack);
  const validators = new Map(
    stack
      .ofType('AWS::ApiGateway::RequestValidator')
      .map((resource) => [resource.ref, resource.read(ValidatorProperties)]),
  );
  return stack.ofType('AWS::ApiGateway::Method').map((resource) => {
    const properties = resource.read(MethodProperties);
    const { RequestValidatorId: validatorId, RequestParameters: declared } = properties;
    const validator = validatorId === undefined ? undefined : validators.get(validatorId);
    if (validatorId !== undefined && !validator)
      invalidProperty(
        resource,
        'RequestValidatorId',
        `${validatorId} is not a request validator of this stack.`,
      );
    const models = modelsOf(properties.RestApiId);
    const bodyModels = Object.entries(properties.RequestModels).map(
      ([type, name]) =>
        [
          type.toLowerCase(),
          models.get(name) ??
            invalidProperty(resource, `RequestModels.${type}`, `${name} is not a model of the API.`),
        ] as const,
    );
    return {
      resourceId: properties.ResourceId,
      method: {
        logicalId: resource.logicalId,
        httpMethod: properties.HttpMethod,
        authorizer: methodAuthorizer(resource, properties, authorizers),
        scopes: properties.AuthorizationScopes,
        requiresSignature: properties.AuthorizationType === 'AWS_IAM',
        needsApiKey: properties.ApiKeyRequired,
        requiredParameters: validator?.ValidateRequestParameters
          ? Object.keys(declared).filter((name) => declared[name] && !name.startsWith('method.request.path.'))
          : [],
        bodyModels: new Map(validator?.ValidateRequestBody ? bodyModels : []),
        integration: readIntegration(resource, properties.Integration, {
          declaredParameters: declared,
          responses: new Map(
            properties.MethodResponses.map(({ StatusCode, ResponseParameters }) => [
              StatusCode,
              new Set(Object.keys(ResponseParameters)),
            ]),
          ),
          isEdgeOptimized: edgeOptimized.has(properties.RestApiId),
        }),
      },
    };
  });
}

function methodAuthorizer(
  resource: Resource,
  { AuthorizationType, AuthorizerId }: z.output<typeof MethodProperties>,
  authorizers: ReadonlyMap<string, Authorizer>,
): Authorizer | undefined {
  if (AuthorizationType === 'NONE' || AuthorizationType === 'AWS_IAM') return undefined;
  const authorizer =
    authorizers.get(AuthorizerId ?? '') ??
    invalidProperty(resource, 'AuthorizerId', `${String(AuthorizerId)} is not an authorizer of this stack.`);
  const expected = authorizer.type === 'lambda' ? 'CUSTOM' : 'COGNITO_USER_POOLS';
  if (AuthorizationType !== expected)
    invalidProperty(
      resource,
      'AuthorizationType',
      `must be ${expected} for the authorizer ${authorizer.name}.`,
    );
  return authorizer;
}
