import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  invalidProperty,
  readProperties,
  type Resource,
  unsupportedProperty,
} from '@spa-on-aws/cloudformation';

/** Properties of `AWS::ApiGateway::RestApi` that an OpenAPI document gives when the template does not. */
export interface ApiSettings {
  readonly Name?: unknown;
  readonly BinaryMediaTypes?: unknown;
  readonly MinimumCompressionSize?: unknown;
  readonly Policy?: unknown;
  readonly ApiKeySourceType?: unknown;
}

/** An OpenAPI document as the resources that a template without it would have. */
export interface ImportedApi {
  readonly settings: ApiSettings;
  /** `AWS::ApiGateway::Resource`, `Method`, `Authorizer`, `Model`, `RequestValidator` and `GatewayResponse`. */
  readonly resources: readonly Resource[];
}

const object = z.record(z.string(), z.unknown());
const objects = z.record(z.string(), object).default({});
const Securities = z.array(z.record(z.string(), z.array(z.string())));
const Parameter = z.looseObject({
  in: z.string(),
  name: z.string().optional(),
  required: z.boolean().optional(),
});

const Operation = z.looseObject({
  parameters: z.array(Parameter).default([]),
  requestBody: z.looseObject({ content: objects }).optional(),
  responses: z
    .record(z.string(), z.looseObject({ headers: z.record(z.string(), z.unknown()).default({}) }))
    .default({}),
  security: Securities.optional(),
  'x-amazon-apigateway-auth': z.looseObject({ type: z.string() }).optional(),
  'x-amazon-apigateway-integration': z.looseObject({ type: z.string(), responses: objects }).optional(),
  'x-amazon-apigateway-request-validator': z.string().optional(),
});

const SecurityScheme = z.looseObject({
  type: z.string().optional(),
  name: z.string().optional(),
  'x-amazon-apigateway-authtype': z.string().optional(),
  'x-amazon-apigateway-authorizer': z
    .looseObject({ type: z.string(), identitySource: z.string().optional() })
    .optional(),
});

const Document = z.looseObject({
  info: z.looseObject({ title: z.string().optional() }).optional(),
  basePath: z.string().optional(),
  servers: z
    .array(
      z.looseObject({
        url: z.string().default('/'),
        variables: z.record(z.string(), z.looseObject({ default: z.string().default('') })).default({}),
      }),
    )
    .default([]),
  paths: z.record(z.string().startsWith('/'), object).default({}),
  security: Securities.optional(),
  securityDefinitions: z.record(z.string(), SecurityScheme).default({}),
  components: z
    .looseObject({ securitySchemes: z.record(z.string(), SecurityScheme).default({}) })
    .default({ securitySchemes: {} }),
  'x-amazon-apigateway-request-validators': objects,
  'x-amazon-apigateway-request-validator': z.string().optional(),
  'x-amazon-apigateway-gateway-responses': objects,
});

const METHODS: Readonly<Record<string, string>> = {
  delete: 'DELETE',
  get: 'GET',
  head: 'HEAD',
  options: 'OPTIONS',
  patch: 'PATCH',
  post: 'POST',
  put: 'PUT',
  'x-amazon-apigateway-any-method': 'ANY',
};

/** Extensions of API Gateway that are read, or that REST APIs ignore, by where they stand. */
const EXTENSIONS = {
  document: [
    'api-key-source',
    'binary-media-types',
    'cors',
    'documentation',
    'gateway-responses',
    'importexport-version',
    'minimum-compression-size',
    'policy',
    'request-validator',
    'request-validators',
  ],
  path: ['any-method'],
  operation: ['auth', 'integration', 'request-validator'],
} as const;

const LOCATIONS: Readonly<Record<string, string>> = {
  path: 'path',
  query: 'querystring',
  header: 'header',
};

/**
 * Reads the `Body` of a REST API, OpenAPI 3.0 or Swagger 2.0 (row AG-OA-01).
 *
 * @param parameters `Parameters` of the REST API
 * @throws InvalidPropertyError UnsupportedPropertyError for an extension that has an effect on AWS only
 */
export function importOpenApi(
  api: Resource,
  body: unknown,
  parameters: Readonly<Record<string, unknown>> = {},
): ImportedApi {
  const raw = withoutReferences(api, body);
  const { Body: document } = readProperties(api, { Body: raw }, z.object({ Body: Document }));
  checkExtensions(api, 'Body', document, 'document');
  const prefix = resourcePrefix(api, document, parameters['basepath']);
  const paths = Object.entries(document.paths).map(([path, item]) => ({
    path: prefix + path,
    declared: path,
    item,
  }));
  const extension = (name: string): unknown => document[`x-amazon-apigateway-${name}`];
  const schemes = { ...document.securityDefinitions, ...document.components.securitySchemes };
  return {
    settings: {
      Name: document.info?.title,
      BinaryMediaTypes: extension('binary-media-types'),
      MinimumCompressionSize: extension('minimum-compression-size'),
      Policy: extension('policy'),
      ApiKeySourceType: extension('api-key-source'),
    },
    resources: [
      ...pathResources(
        api,
        paths.map(({ path }) => path),
      ),
      ...paths.flatMap((path) => methods(api, document, schemes, path)),
      ...Object.entries(schemes).flatMap(([name, scheme]) => authorizers(api, name, scheme)),
      ...Object.entries(document['x-amazon-apigateway-request-validators']).map(([name, validator]) =>
        part(api, `request validator ${name}`, 'RequestValidator', { Name: name, ...capitalized(validator) }),
      ),
      ...Object.entries(document['x-amazon-apigateway-gateway-responses']).map(([type, response]) =>
        part(api, `gateway response ${type}`, 'GatewayResponse', {
          ResponseType: type,
          ...capitalized(response),
        }),
      ),
    ],
  };
}

/** Returns a resource that the document describes; messages name it as `Api (GET /pets)`. */
function part(api: Resource, name: string, type: string, properties: object): Resource {
  const identity = { logicalId: `${api.logicalId} (${name})`, type: `AWS::ApiGateway::${type}` };
  const all: Readonly<Record<string, unknown>> = { RestApiId: api.ref, ...properties };
  return {
    ...identity,
    templateFile: api.templateFile,
    ref: type === 'Model' ? String(all['Name']) : idOf(api, name),
    properties: all,
    namingProperties: new Set(),
    attribute: () => undefined,
    read: (schema) => readProperties(identity, all, schema),
  };
}

function idOf(api: Resource, name: string): string {
  return createHash('sha256').update(`${api.ref} ${name}`).digest('hex').slice(0, 6);
}

const segmentsOf = (path: string): string[] => path.split('/').filter(Boolean);

function resourceId(api: Resource, path: string): string {
  const segments = segmentsOf(path);
  return segments.length === 0
    ? String(api.attribute('RootResourceId'))
    : idOf(api, `/${segments.join('/')}`);
}

/** A path of a document, and the path of its resource. */
interface DescribedPath {
  readonly path: string;
  readonly declared: string;
  readonly item: Readonly<Record<string, unknown>>;
}

/**
 * Returns the part of the base path that precedes all paths: none by default, all of it (`prepend`), or all but its first
 * segment (`split`) (row AG-OA-02).
 */
function resourcePrefix(
  api: Resource,
  document: z.output<typeof Document>,
  mode: unknown = 'ignore',
): string {
  const { basePath = serverPath(document.servers) } = document;
  const segments = segmentsOf(basePath);
  switch (mode) {
    case 'ignore':
      return '';
    case 'prepend':
      return segments.map((segment) => `/${segment}`).join('');
    case 'split':
      return segments
        .slice(1)
        .map((segment) => `/${segment}`)
        .join('');
    default:
      return invalidProperty(api, 'Parameters.basepath', 'must be ignore, prepend or split.');
  }
}

/** Base path of OpenAPI 3.0: the first variable `basePath`, else the path of the URL. */
function serverPath(servers: z.output<typeof Document>['servers']): string {
  const variable = servers.find(({ variables }) => variables['basePath'])?.variables['basePath'];
  if (variable) return variable.default;
  const [{ url } = { url: '/' }] = servers;
  return url.replace(/^[^/]*\/\/[^/]*/, '').replace(/[?#].*$/, '');
}

/** One resource for each path and each path above it. */
function pathResources(api: Resource, paths: readonly string[]): Resource[] {
  const all = new Set(
    paths.flatMap((path) =>
      segmentsOf(path).map((_, index, parts) => `/${parts.slice(0, index + 1).join('/')}`),
    ),
  );
  return [...all].map((path) => {
    const segments = segmentsOf(path);
    return part(api, path, 'Resource', {
      ParentId: resourceId(api, segments.slice(0, -1).join('/')),
      PathPart: segments.at(-1),
    });
  });
}

type Schemes = Readonly<Record<string, z.output<typeof SecurityScheme>>>;

function methods(
  api: Resource,
  document: z.output<typeof Document>,
  schemes: Schemes,
  { path, declared, item }: DescribedPath,
): Resource[] {
  checkExtensions(api, `Body.paths.${declared}`, item, 'path');
  const { parameters: shared } = readProperties(
    api,
    { parameters: item['parameters'] },
    z.object({ parameters: z.array(Parameter).default([]) }),
  );
  return Object.entries(METHODS).flatMap(([key, httpMethod]) => {
    if (item[key] === undefined) return [];
    const place = `Body.paths.${declared}.${key}`;
    const { [place]: operation } = readProperties(
      api,
      { [place]: item[key] },
      z.object({ [place]: Operation }),
    );
    if (operation === undefined) return [];
    checkExtensions(api, place, operation, 'operation');
    const integration = operation['x-amazon-apigateway-integration'];
    if (!integration)
      return invalidProperty(
        api,
        `${place}.x-amazon-apigateway-integration`,
        'is missing: a deployment of a method without integration fails.',
      );
    const validator =
      operation['x-amazon-apigateway-request-validator'] ?? document['x-amazon-apigateway-request-validator'];
    const models = [...bodySchemas(operation)].map(([type, schema]) =>
      part(api, `model of ${httpMethod} ${path}`, 'Model', {
        ContentType: type,
        Name: modelName(api, httpMethod, path, type),
        Schema: { allOf: [schema], definitions: document.definitions, components: document.components },
      }),
    );
    const method = part(api, `${httpMethod} ${path}`, 'Method', {
      ResourceId: resourceId(api, path),
      HttpMethod: httpMethod,
      ...authorization(api, place, operation, operation.security ?? document.security ?? [], schemes),
      RequestParameters: requestParameters([...shared, ...operation.parameters]),
      RequestModels: Object.fromEntries(
        [...bodySchemas(operation).keys()].map((type) => [type, modelName(api, httpMethod, path, type)]),
      ),
      ...(validator !== undefined && { RequestValidatorId: idOf(api, `request validator ${validator}`) }),
      MethodResponses: Object.entries(operation.responses)
        .filter(([status]) => status !== 'default')
        .map(([StatusCode, { headers }]) => ({
          StatusCode,
          ResponseParameters: Object.fromEntries(
            Object.keys(headers).map((name) => [`method.response.header.${name}`, false]),
          ),
        })),
      Integration: integrationOf(integration),
    });
    return [method, ...models];
  });
}

/** An authorizer and an API key can be required together; a scheme `NONE` that is not defined means public, as SAM writes it. */
function authorization(
  api: Resource,
  place: string,
  { 'x-amazon-apigateway-auth': auth }: z.output<typeof Operation>,
  security: z.output<typeof Securities>,
  schemes: Schemes,
): object {
  const named = security
    .flatMap((one) => Object.entries(one))
    .filter(([name]) => name !== 'NONE' || schemes[name]);
  const known = named.map(([name, scopes]) => {
    const scheme = schemes[name];
    if (!scheme)
      return invalidProperty(api, `${place}.security`, `${name} is not a security scheme of the document.`);
    return { name, scopes, scheme };
  });
  const needsKey = known.some(({ scheme }) => isApiKey(scheme));
  const authorizers = known.filter(({ scheme }) => scheme['x-amazon-apigateway-authorizer']);
  const signed = known.some(({ scheme }) => scheme['x-amazon-apigateway-authtype'] === 'awsSigv4');
  const ignored = known.find(
    ({ scheme }) =>
      !isApiKey(scheme) &&
      !scheme['x-amazon-apigateway-authorizer'] &&
      scheme['x-amazon-apigateway-authtype'] !== 'awsSigv4',
  );
  if (ignored)
    return unsupportedProperty(
      api,
      `${place}.security`,
      `${ignored.name} has no x-amazon-apigateway-authorizer: API Gateway ignores it, and the method is public. Add one, or remove the scheme.`,
    );
  const [authorizer, second] = authorizers;
  if (second) return invalidProperty(api, `${place}.security`, 'a method has at most one authorizer.');
  const type =
    auth?.type.toUpperCase() ??
    (signed ? 'AWS_IAM' : authorizer ? authorizerType(authorizer.scheme) : 'NONE');
  return {
    ApiKeyRequired: needsKey,
    AuthorizationType: type,
    ...(authorizer &&
      type !== 'NONE' && {
        AuthorizerId: idOf(api, `authorizer ${authorizer.name}`),
        AuthorizationScopes: authorizer.scopes,
      }),
  };
}

/** A scheme of type `apiKey` that is not an authorizer: the header `x-api-key`. */
function isApiKey(scheme: z.output<typeof SecurityScheme>): boolean {
  return (
    scheme.type === 'apiKey' &&
    !scheme['x-amazon-apigateway-authorizer'] &&
    scheme.name?.toLowerCase() === 'x-api-key'
  );
}

function authorizerType(scheme: z.output<typeof SecurityScheme>): string {
  return scheme['x-amazon-apigateway-authorizer']?.type.toLowerCase() === 'cognito_user_pools'
    ? 'COGNITO_USER_POOLS'
    : 'CUSTOM';
}

function authorizers(api: Resource, name: string, scheme: z.output<typeof SecurityScheme>): Resource[] {
  const authorizer = scheme['x-amazon-apigateway-authorizer'];
  if (!authorizer) return [];
  const { providerARNs, ...rest } = authorizer;
  const type = authorizer.type.toUpperCase();
  return [
    part(api, `authorizer ${name}`, 'Authorizer', {
      Name: name,
      ...(providerARNs !== undefined && { ProviderARNs: providerARNs }),
      ...(type !== 'REQUEST' &&
        scheme.name !== undefined && { IdentitySource: `method.request.header.${scheme.name}` }),
      ...capitalized(rest),
      Type: type,
    }),
  ];
}

function requestParameters(parameters: readonly z.output<typeof Parameter>[]): Record<string, boolean> {
  return Object.fromEntries(
    parameters.flatMap(({ in: place, name, required }) => {
      const location = LOCATIONS[place];
      return location === undefined || name === undefined
        ? []
        : [[`method.request.${location}.${name}`, required ?? place === 'path']];
    }),
  );
}

/** Schemas of the body by media type. */
function bodySchemas({ requestBody, parameters }: z.output<typeof Operation>): ReadonlyMap<string, unknown> {
  const body = parameters.find(({ in: place, schema }) => place === 'body' && schema !== undefined);
  return new Map([
    ...Object.entries(requestBody?.content ?? {}).flatMap(([type, { schema }]) =>
      schema === undefined ? [] : [[type, schema] as const],
    ),
    ...(body ? [['application/json', body['schema']] as const] : []),
  ]);
}

function modelName(api: Resource, httpMethod: string, path: string, type: string): string {
  return `Model${idOf(api, `${httpMethod} ${path} ${type}`)}`;
}

/** The extension has the names of the template property, in lower camel case, but for these (row PI-04). */
function integrationOf({
  type,
  httpMethod,
  passthroughBehavior,
  responses,
  'integration-target': integrationTarget,
  ...rest
}: z.output<typeof Operation>['x-amazon-apigateway-integration'] & object): object {
  return {
    ...capitalized(rest),
    Type: type.toUpperCase(),
    ...(httpMethod !== undefined && { IntegrationHttpMethod: httpMethod }),
    ...(integrationTarget !== undefined && { IntegrationTarget: integrationTarget }),
    ...(typeof passthroughBehavior === 'string' && {
      PassthroughBehavior: passthroughBehavior.toUpperCase(),
    }),
    IntegrationResponses: Object.entries(responses).map(([pattern, response]) => ({
      ...capitalized(response),
      ...(pattern !== 'default' && { SelectionPattern: pattern }),
    })),
  };
}

function capitalized(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name.charAt(0).toUpperCase() + name.slice(1), item]),
  );
}

function checkExtensions(
  api: Resource,
  place: string,
  value: Readonly<Record<string, unknown>>,
  kind: keyof typeof EXTENSIONS,
): void {
  const known: readonly string[] = EXTENSIONS[kind];
  for (const key of Object.keys(value)) {
    const [, name] = /^x-amazon-apigateway-(.+)$/.exec(key) ?? [];
    if (name !== undefined && !known.includes(name))
      unsupportedProperty(
        api,
        `${place}.${key}`,
        'is not supported by the local cloud. Check the spelling, or remove it.',
      );
  }
}

/** Replaces `$ref` by what it names, except in schemas, which may refer to themselves. */
function withoutReferences(api: Resource, body: unknown): unknown {
  const resolve = (value: unknown, path: readonly string[]): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => resolve(item, [...path, String(index)]));
    if (typeof value !== 'object' || value === null) return value;
    const { $ref: reference } = value as { $ref?: unknown };
    if (typeof reference === 'string') return resolve(at(reference, path), [...path, reference]);
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        ['schema', 'schemas', 'definitions'].includes(key) ? item : resolve(item, [...path, key]),
      ]),
    );
  };
  const at = (reference: string, path: readonly string[]): unknown => {
    const names = reference
      .replace(/^#\//, '')
      .split('/')
      .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
    const found = reference.startsWith('#/')
      ? names.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], body)
      : undefined;
    if (found === undefined || path.includes(reference))
      return invalidProperty(api, `Body.${path.join('.')}`, `${reference} is not a part of the document.`);
    return found;
  };
  return resolve(body, []);
}
