import { Readable } from 'node:stream';
import type { HeaderList } from '../http/header-list';
import { type Handler, type Request, requestTarget, type Response } from '../http/message';
import type { TokenAuthorizer } from './authorizer';
import {
  GATEWAY_ERRORS,
  type GatewayRequestId,
  gatewayResponse,
  newGatewayRequestId,
} from './gateway-response';
import { toGatewayHeaders, toIntegrationHeaders } from './integration-headers';
import type { RestApi } from './rest-api';
import { findRoute, type Route } from './routing';

const SERVICE = 'API Gateway';
const MAX_BODY_BYTES = 10_485_760;

/** The backend cannot be reached, or went away before it answered. */
export class BackendUnreachableError extends Error {}

/** A request to a backend, as the load balancer takes it. */
export interface BackendRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly port: number;
  readonly headers: HeaderList;
  readonly body: Buffer | undefined;
  readonly signal: AbortSignal;
}

/**
 * Sends a request through the VPC link to a load balancer.
 *
 * @throws BackendUnreachableError
 */
export type Backend = (request: BackendRequest) => Promise<Response>;

/**
 * Answers calls of a REST API: stage, route, authorizer, integration.
 *
 * @param backends by ARN of the load balancer
 */
export function restApiHandler(
  api: RestApi,
  authorizer: TokenAuthorizer,
  backends: ReadonlyMap<string, Backend>,
): Handler {
  return async (request) => {
    const id = newGatewayRequestId();
    const response = await answer(api, authorizer, backends, request, id);
    if (request.method !== 'HEAD') return response;
    if (response.body instanceof Readable) response.body.resume();
    return { ...response, body: undefined };
  };
}

async function answer(
  api: RestApi,
  authorizer: TokenAuthorizer,
  backends: ReadonlyMap<string, Backend>,
  request: Request,
  id: GatewayRequestId,
): Promise<Response> {
  const refuse = (error: Parameters<typeof gatewayResponse>[0]): Response =>
    gatewayResponse(error, api.gatewayResponses, id);
  const [, stage = '', path = ''] = /^\/([^/]*)(.*)$/.exec(request.path) ?? [];
  if (!api.stages.includes(stage)) {
    request.trace.add(SERVICE, `${api.name} has no stage ${JSON.stringify(stage)}`);
    return refuse(GATEWAY_ERRORS.forbidden);
  }
  const route = findRoute(api.root, request.method, path);
  if (!route) {
    request.trace.add(SERVICE, `no method for ${request.method} ${path || '/'}`);
    return refuse(GATEWAY_ERRORS.noRoute(request.headers.get('authorization')));
  }
  request.trace.add(SERVICE, `${route.method.httpMethod} ${route.resource.path}`);
  if (route.method.authorizer) {
    const header = request.headers.getAll(route.method.authorizer.header)[0];
    const verdict = await authorizer.authorize(route.method.authorizer, route.method.scopes, header);
    request.trace.add('Authorizer', `${verdict.allowed ? 'allowed' : 'refused'}: ${verdict.reason}`);
    if (!verdict.allowed) {
      return refuse(verdict.expired ? GATEWAY_ERRORS.expiredToken : GATEWAY_ERRORS.unauthorized);
    }
  }
  return integrate(api, route, backends, request, id);
}

async function integrate(
  api: RestApi,
  { method: { integration }, parameters }: Route,
  backends: ReadonlyMap<string, Backend>,
  request: Request,
  id: GatewayRequestId,
): Promise<Response> {
  const refuse = (error: Parameters<typeof gatewayResponse>[0]): Response =>
    gatewayResponse(error, api.gatewayResponses, id);
  const backend = backends.get(integration.loadBalancerArn);
  if (!backend) return refuse(GATEWAY_ERRORS.networkError);
  const body = request.body && (await readAtMost(request.body, MAX_BODY_BYTES));
  if (body === 'too large') return refuse(GATEWAY_ERRORS.requestTooLarge);

  const uri = integration.uri.replace(/\{([\w.-]+)\}/g, (placeholder, name: string) => {
    const source = integration.pathParameters.get(name);
    return (source === undefined ? undefined : parameters.get(source)) ?? placeholder;
  });
  const [, host = '', path = '/'] = /^http:\/\/([^/?]+)([^?]*)/.exec(uri) ?? [];
  const timeout = AbortSignal.timeout(integration.timeoutMs);
  const headers = toIntegrationHeaders(request, host, api.id);
  if (body) headers.set('Content-Length', String(body.length));
  try {
    const response = await backend({
      method: integration.httpMethod === 'ANY' ? request.method : integration.httpMethod,
      target: requestTarget(path || '/', request.query),
      port: Number(host.split(':')[1] ?? 80),
      headers,
      body,
      signal: AbortSignal.any([timeout, request.signal]),
    });
    request.trace.add('Integration', `${path} answered ${response.status}`);
    return { ...response, headers: toGatewayHeaders(response.headers, id) };
  } catch (error) {
    if (timeout.aborted) {
      request.trace.add('Integration', `no answer within ${integration.timeoutMs} ms`);
      return refuse(GATEWAY_ERRORS.timedOut);
    }
    if (error instanceof BackendUnreachableError) {
      request.trace.add('Integration', error.message);
      return refuse(GATEWAY_ERRORS.networkError);
    }
    throw error;
  }
}

/** The whole body, which API Gateway buffers before it calls the integration (row AG-LIM-01). */
async function readAtMost(body: Readable, limit: number): Promise<Buffer | 'too large'> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) return 'too large';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
