import { z } from 'zod';
import {
  cfnInteger,
  InvalidPropertyError,
  type Resource,
  UnsupportedPropertyError,
  withoutEffect,
} from '@spa-on-aws/cloudformation';
import { type MockIntegration, readMockIntegration } from './mock-integration';
import { type ParameterMapping, readParameterMappings } from './parameter-mapping';

/** An HTTP proxy integration. */
export interface HttpProxyIntegration {
  readonly type: 'http';
  /** With `{parameters}` where path parameters go, and `${stageVariables.…}`. */
  readonly uri: string;
  /** How the URI is reached: through a VPC link to a load balancer, or over the internet. */
  readonly connection: VpcConnection | 'internet';
  readonly parameters: readonly ParameterMapping[];
  readonly timeoutMs: number;
  /** `ANY`: the method of the request. */
  readonly httpMethod: string;
  /** The answer is passed on as it comes: without the limits of size and without a change to its bytes (row AG-LIM-03). */
  readonly streams: boolean;
}

/** The road into a VPC. */
export interface VpcConnection {
  /** May hold `${stageVariables.…}`. */
  readonly linkId: string;
  /** With a VPC link of the second version; one of the first names its load balancer itself. */
  readonly loadBalancerArn: string | undefined;
}

/** What answers a method. */
export type Integration = HttpProxyIntegration | MockIntegration;

/** Row AG-LIM-04; with the account's quota raised, for endpoints that are not edge-optimised. */
const MAX_TIMEOUT_MS = { default: 29_000, raised: 300_000, streaming: 900_000 } as const;

/** `Integration` of a method. */
export const IntegrationProperties = z.strictObject({
  Type: z.enum(['HTTP_PROXY', 'MOCK', 'HTTP', 'AWS', 'AWS_PROXY']),
  IntegrationHttpMethod: z.string().optional(),
  Uri: z.string().optional(),
  ConnectionType: z.enum(['INTERNET', 'VPC_LINK']).default('INTERNET'),
  ConnectionId: z.string().optional(),
  IntegrationTarget: z.string().optional(),
  RequestParameters: z.record(z.string(), z.string()).default({}),
  RequestTemplates: z.record(z.string(), z.string()).default({}),
  IntegrationResponses: z
    .array(
      z.strictObject({
        StatusCode: z.union([z.string(), z.number().transform(String)]),
        SelectionPattern: z.string().optional(),
        ResponseParameters: z.record(z.string(), z.string()).default({}),
        ResponseTemplates: z.record(z.string(), z.string()).default({}),
        ...withoutEffect('ContentHandling'),
      }),
    )
    .default([]),
  TimeoutInMillis: cfnInteger.pipe(z.number().min(50, 'must be at least 50 ms')).optional(),
  PassthroughBehavior: z.enum(['WHEN_NO_MATCH', 'WHEN_NO_TEMPLATES', 'NEVER']).default('WHEN_NO_MATCH'),
  ResponseTransferMode: z.enum(['BUFFERED', 'STREAM']).default('BUFFERED'),
  ...withoutEffect('CacheKeyParameters', 'CacheNamespace'),
});

/** Parts of a method that its integration depends on. */
export interface MethodContext {
  readonly declaredParameters: Readonly<Record<string, boolean>>;
  /** The response headers that the method declares, by status code: `method.response.header.<name>`. */
  readonly responses: ReadonlyMap<string, ReadonlySet<string>>;
  readonly isEdgeOptimised: boolean;
}

/**
 * Reads a method's integration.
 *
 * @throws UnsupportedPropertyError for a kind of integration that is not run here
 * @throws InvalidPropertyError for what AWS would refuse
 */
export function readIntegration(
  resource: Resource,
  properties: z.output<typeof IntegrationProperties>,
  method: MethodContext,
): Integration {
  switch (properties.Type) {
    case 'MOCK':
      return readMockIntegration(resource, properties, method.responses);
    case 'HTTP_PROXY':
      return readHttpProxy(resource, properties, method);
    default:
      throw new UnsupportedPropertyError(resource.logicalId, resource.type, [
        { property: 'Integration.Type', detail: `${properties.Type} ${NOT_RUN[properties.Type]}` },
      ]);
  }
}

const NOT_RUN = {
  HTTP: 'transforms with mapping templates, which are not run here: use HTTP_PROXY.',
  AWS: 'calls an AWS service, and none that an API could call is run here: use HTTP_PROXY to a service of yours.',
  AWS_PROXY: 'calls a Lambda function, and functions are not run here: use HTTP_PROXY to a service of yours.',
} as const;

function readHttpProxy(
  resource: Resource,
  properties: z.output<typeof IntegrationProperties>,
  { declaredParameters, isEdgeOptimised }: MethodContext,
): HttpProxyIntegration {
  const invalid = (property: string, detail: string): never => {
    throw new InvalidPropertyError(resource.logicalId, resource.type, [
      { property: `Integration.${property}`, detail },
    ]);
  };
  const { Uri, IntegrationHttpMethod, ConnectionType, ConnectionId, IntegrationTarget } = properties;
  const uri = Uri ?? invalid('Uri', 'is needed by HTTP_PROXY.');
  if (!/^https?:\/\/[^/]/.test(uri)) invalid('Uri', `${uri} must be an http or https URL.`);
  const streams = properties.ResponseTransferMode === 'STREAM';
  const timeoutMs = properties.TimeoutInMillis ?? MAX_TIMEOUT_MS.default;
  const maxMs = streams
    ? MAX_TIMEOUT_MS.streaming
    : isEdgeOptimised
      ? MAX_TIMEOUT_MS.default
      : MAX_TIMEOUT_MS.raised;
  if (timeoutMs > maxMs) {
    invalid(
      'TimeoutInMillis',
      `${timeoutMs} is more than ${maxMs}, the most for ${streams ? 'a streamed answer' : isEdgeOptimised ? 'an edge-optimised API (a REGIONAL one can be given more)' : 'a buffered answer'} (row AG-LIM-04).`,
    );
  }
  const isPrivate = ConnectionType === 'VPC_LINK';
  if (isPrivate && ConnectionId === undefined) invalid('ConnectionId', 'is needed by a VPC_LINK.');
  return {
    type: 'http',
    uri,
    connection: isPrivate ? { linkId: ConnectionId ?? '', loadBalancerArn: IntegrationTarget } : 'internet',
    parameters: readParameterMappings(resource, properties.RequestParameters, declaredParameters),
    timeoutMs,
    httpMethod: IntegrationHttpMethod ?? invalid('IntegrationHttpMethod', 'is needed by HTTP_PROXY.'),
    streams,
  };
}
