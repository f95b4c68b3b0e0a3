import { z } from 'zod';
import {
  cfnInteger,
  invalidProperty,
  type Resource,
  TemplatePattern,
  withoutEffect,
} from '@spa-on-aws/cloudformation';
import { functionArnIn, type LambdaIntegration } from './lambda-integration';
import { type Mapping, readMapping } from './mapping';
import type { MockIntegration } from './mock-integration';
import { type ParameterMapping, readParameterMappings } from './parameter-mapping';
import { isFunctionUri, readServiceIntegration, type ServiceIntegration } from './service-integration';

/** Calls a URL: `HTTP_PROXY`, or `HTTP` with a mapping. */
export interface HttpIntegration {
  readonly type: 'http';
  /** `undefined`: a proxy, which sends the whole request. */
  readonly mapping: Mapping | undefined;
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

export type Integration = HttpIntegration | LambdaIntegration | MockIntegration | ServiceIntegration;

const DEFAULT_TIMEOUT_MS = 29_000;

/** Row AG-LIM-04; `regional`: with a higher account quota. */
const TIMEOUT_LIMITS = {
  edge: { maxMs: DEFAULT_TIMEOUT_MS, of: 'an edge-optimized API (a REGIONAL API may have more)' },
  regional: { maxMs: 300_000, of: 'a buffered response' },
  streamed: { maxMs: 900_000, of: 'a streamed response' },
} as const;

const ContentHandling = z.enum(['CONVERT_TO_BINARY', 'CONVERT_TO_TEXT']).optional();

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
        ContentHandling,
      }),
    )
    .default([]),
  TimeoutInMillis: cfnInteger.pipe(z.number().min(50, 'must be at least 50 ms')).optional(),
  PassthroughBehavior: z.enum(['WHEN_NO_MATCH', 'WHEN_NO_TEMPLATES', 'NEVER']).default('WHEN_NO_MATCH'),
  ResponseTransferMode: z.enum(['BUFFERED', 'STREAM']).default('BUFFERED'),
  ContentHandling,
  ...withoutEffect('CacheKeyParameters', 'CacheNamespace'),
});

function isPattern(source: string): boolean {
  try {
    return Boolean(new TemplatePattern(source));
  } catch {
    return false;
  }
}

export interface MethodContext {
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
  if (type === 'MOCK') return { type: 'mock', mapping: readMapping(resource, properties, method, true) };
  const timeoutMs = timeoutOf(resource, properties, method.isEdgeOptimized);
  const httpMethod =
    properties.IntegrationHttpMethod ??
    invalidProperty(
      resource,
      'Integration.IntegrationHttpMethod',
      `is required by ${type}${type === 'AWS_PROXY' ? ': POST' : ''}.`,
    );
  if (type === 'AWS' && !isFunctionUri(properties.Uri))
    return readServiceIntegration(
      resource,
      properties,
      readMapping(resource, properties, method),
      httpMethod,
      timeoutMs,
    );
  const isProxy = type === 'AWS_PROXY' || type === 'HTTP_PROXY';
  const mapping = isProxy ? undefined : readMapping(resource, properties, method);
  const parameters = mapping
    ? []
    : readParameterMappings(resource, properties.RequestParameters, method.declaredParameters);
  const shared = { mapping, parameters, timeoutMs, httpMethod };
  return type === 'HTTP' || type === 'HTTP_PROXY'
    ? { ...shared, type: 'http', ...readHttpTarget(resource, properties) }
    : { ...shared, type: 'lambda', ...readFunctionTarget(resource, properties) };
}

function readHttpTarget(
  resource: Resource,
  properties: z.output<typeof IntegrationProperties>,
): Pick<HttpIntegration, 'uri' | 'connection' | 'streams'> {
  const { Type, Uri, ConnectionType, ConnectionId, IntegrationTarget, ResponseTransferMode } = properties;
  const invalid = (property: string, detail: string): never =>
    invalidProperty(resource, `Integration.${property}`, detail);
  const uri = Uri ?? invalid('Uri', `is required by ${Type}.`);
  if (!/^https?:\/\/[^/]/.test(uri)) invalid('Uri', `${uri} must be an http or https URL.`);
  const streams = ResponseTransferMode === 'STREAM';
  if (streams && Type === 'HTTP')
    invalid('ResponseTransferMode', 'STREAM is for proxy integrations. Use HTTP_PROXY, or BUFFERED.');
  const isPrivate = ConnectionType === 'VPC_LINK';
  if (isPrivate && ConnectionId === undefined) invalid('ConnectionId', 'is required by a VPC_LINK.');
  const connection = isPrivate
    ? { linkId: ConnectionId ?? '', loadBalancerArn: IntegrationTarget }
    : ('internet' as const);
  return { uri, connection, streams };
}

function readFunctionTarget(
  resource: Resource,
  { Type, Uri, ResponseTransferMode, Credentials }: z.output<typeof IntegrationProperties>,
): Pick<LambdaIntegration, 'functionArn' | 'streams' | 'usesRole'> {
  const streams = ResponseTransferMode === 'STREAM';
  if (streams && Type === 'AWS')
    invalidProperty(
      resource,
      'Integration.ResponseTransferMode',
      'STREAM is for proxy integrations. Use AWS_PROXY, or BUFFERED.',
    );
  return {
    functionArn: functionArnIn(resource, 'Integration.Uri', Uri, streams),
    streams,
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
