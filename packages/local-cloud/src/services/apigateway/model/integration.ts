import { z } from 'zod';
import {
  cfnInteger,
  invalidProperty,
  type Resource,
  TemplatePattern,
  unsupportedProperty,
  withoutEffect,
} from '@spa-on-aws/cloudformation';
import { functionArnIn, type LambdaProxyIntegration } from './lambda-integration';
import { type MockIntegration, readMockIntegration } from './mock-integration';
import { type ParameterMapping, readParameterMappings } from './parameter-mapping';

export interface HttpProxyIntegration {
  readonly type: 'http';
  /** May contain `{parameters}` and `${stageVariables.…}`. */
  readonly uri: string;
  readonly connection: VpcConnection | 'internet';
  readonly parameters: readonly ParameterMapping[];
  readonly timeoutMs: number;
  /** `ANY`: the method of the request. */
  readonly httpMethod: string;
  /** Streams the response: no size limit, bytes unchanged (row AG-LIM-03). */
  readonly streams: boolean;
}

interface VpcConnection {
  /** May contain `${stageVariables.…}`. */
  readonly linkId: string;
  /** For a VPC link V2; a V1 link names its load balancer itself. */
  readonly loadBalancerArn: string | undefined;
}

export type Integration = HttpProxyIntegration | LambdaProxyIntegration | MockIntegration;

const DEFAULT_TIMEOUT_MS = 29_000;

/** Row AG-LIM-04; `regional`: with a higher account quota. */
const TIMEOUT_LIMITS = {
  edge: { maxMs: DEFAULT_TIMEOUT_MS, of: 'an edge-optimized API (a REGIONAL API may have more)' },
  regional: { maxMs: 300_000, of: 'a buffered response' },
  streamed: { maxMs: 900_000, of: 'a streamed response' },
} as const;

export const IntegrationProperties = z.strictObject({
  Type: z.enum(['HTTP_PROXY', 'MOCK', 'HTTP', 'AWS', 'AWS_PROXY']),
  IntegrationHttpMethod: z.string().optional(),
  Uri: z.string().optional(),
  ConnectionType: z.enum(['INTERNET', 'VPC_LINK']).default('INTERNET'),
  ConnectionId: z.string().optional(),
  Credentials: z.string().optional(),
  IntegrationTarget: z.string().optional(),
  RequestParameters: z.record(z.string(), z.string()).default({}),
  RequestTemplates: z.record(z.string(), z.string()).default({}),
  IntegrationResponses: z
    .array(
      z.strictObject({
        StatusCode: z.union([z.string(), z.number().transform(String)]),
        SelectionPattern: z
          .string()
          .refine(isPattern, 'must be a regular expression that JavaScript accepts')
          .optional(),
        ResponseParameters: z.record(z.string(), z.string()).default({}),
        ResponseTemplates: z.record(z.string(), z.string()).default({}),
        ...withoutEffect('ContentHandling'),
      }),
    )
    .default([]),
  TimeoutInMillis: cfnInteger.pipe(z.number().min(50, 'must be at least 50 ms')).optional(),
  PassthroughBehavior: z.enum(['WHEN_NO_MATCH', 'WHEN_NO_TEMPLATES', 'NEVER']).default('WHEN_NO_MATCH'),
  ResponseTransferMode: z.enum(['BUFFERED', 'STREAM']).default('BUFFERED'),
  ...withoutEffect('CacheKeyParameters', 'CacheNamespace', 'ContentHandling'),
});

function isPattern(source: string): boolean {
  try {
    return Boolean(new TemplatePattern(source));
  } catch {
    return false;
  }
}

interface MethodContext {
  readonly declaredParameters: Readonly<Record<string, boolean>>;
  /** Declared response headers by status code: `method.response.header.<name>`. */
  readonly responses: ReadonlyMap<string, ReadonlySet<string>>;
  readonly isEdgeOptimized: boolean;
}

/** Reads a method's integration. @throws UnsupportedPropertyError InvalidPropertyError */
export function readIntegration(
  resource: Resource,
  properties: z.output<typeof IntegrationProperties>,
  method: MethodContext,
): Integration {
  const { Type: type } = properties;
  if (type === 'MOCK') return readMockIntegration(resource, properties, method.responses);
  if (type === 'HTTP_PROXY') return readHttpProxy(resource, properties, method);
  if (type === 'AWS_PROXY') return readLambdaProxy(resource, properties, method);
  return unsupportedProperty(resource, 'Integration.Type', `${type} ${UNSUPPORTED[type]}`);
}

const UNSUPPORTED = {
  HTTP: 'has mapping templates, which only mocks support here; use HTTP_PROXY.',
  AWS: 'calls an AWS service, which is not supported; use HTTP_PROXY to a service of yours.',
} as const;

function readHttpProxy(
  resource: Resource,
  properties: z.output<typeof IntegrationProperties>,
  { declaredParameters, isEdgeOptimized }: MethodContext,
): HttpProxyIntegration {
  const invalid = (property: string, detail: string): never =>
    invalidProperty(resource, `Integration.${property}`, detail);
  const { Uri, IntegrationHttpMethod, ConnectionType, ConnectionId, IntegrationTarget } = properties;
  const uri = Uri ?? invalid('Uri', 'is required by HTTP_PROXY.');
  if (!/^https?:\/\/[^/]/.test(uri)) invalid('Uri', `${uri} must be an http or https URL.`);
  const streams = properties.ResponseTransferMode === 'STREAM';
  const isPrivate = ConnectionType === 'VPC_LINK';
  if (isPrivate && ConnectionId === undefined) invalid('ConnectionId', 'is required by a VPC_LINK.');
  return {
    type: 'http',
    uri,
    connection: isPrivate ? { linkId: ConnectionId ?? '', loadBalancerArn: IntegrationTarget } : 'internet',
    parameters: readParameterMappings(resource, properties.RequestParameters, declaredParameters),
    timeoutMs: timeoutOf(resource, properties, isEdgeOptimized),
    httpMethod: IntegrationHttpMethod ?? invalid('IntegrationHttpMethod', 'is required by HTTP_PROXY.'),
    streams,
  };
}

function readLambdaProxy(
  resource: Resource,
  properties: z.output<typeof IntegrationProperties>,
  { declaredParameters, isEdgeOptimized }: MethodContext,
): LambdaProxyIntegration {
  const { Uri, IntegrationHttpMethod, ResponseTransferMode, Credentials } = properties;
  if (ResponseTransferMode === 'STREAM')
    unsupportedProperty(
      resource,
      'Integration.ResponseTransferMode',
      'responses of functions are not streamed. Use BUFFERED.',
    );
  return {
    type: 'lambda',
    functionArn: functionArnIn(resource, 'Integration.Uri', Uri),
    httpMethod:
      IntegrationHttpMethod ??
      invalidProperty(resource, 'Integration.IntegrationHttpMethod', 'is required by AWS_PROXY: POST.'),
    parameters: readParameterMappings(resource, properties.RequestParameters, declaredParameters),
    timeoutMs: timeoutOf(resource, properties, isEdgeOptimized),
    usesRole: Credentials !== undefined,
  };
}

/** Row AG-LIM-04. */
function timeoutOf(
  resource: Resource,
  {
    TimeoutInMillis: timeoutMs = DEFAULT_TIMEOUT_MS,
    ResponseTransferMode,
  }: z.output<typeof IntegrationProperties>,
  isEdgeOptimized: boolean,
): number {
  const isStreamed = ResponseTransferMode === 'STREAM';
  const { maxMs, of } = TIMEOUT_LIMITS[isStreamed ? 'streamed' : isEdgeOptimized ? 'edge' : 'regional'];
  if (timeoutMs <= maxMs) return timeoutMs;
  return invalidProperty(
    resource,
    'Integration.TimeoutInMillis',
    `${timeoutMs} is more than ${maxMs}, the maximum for ${of} (row AG-LIM-04).`,
  );
}
