import { type Call, methodArn } from '../model/call';
import { GATEWAY_ERRORS } from '../model/gateway-error';
import { findRoute, type Route, whyNoRoute } from '../model/routing';
import { valueOf } from '../model/variables';
import { MAX_BODY_BYTES, rejectLargeBody } from './body';
import { reject } from './call';

const MAX_HEADER_BYTES = 10_240;
const MAX_ARN_BYTES = 1_600;

/** Accepts HTTPS with the API's own host name only. @throws CallRejectedError */
export function checkProtocolAndHost(call: Call, localHosts: ReadonlySet<string>): void {
  const { api, request } = call;
  if (request.protocol === 'http') reject(call, GATEWAY_ERRORS.forbidden, 'protocol.not-https', {});
  const host = request.headers.get('host')?.toLowerCase() ?? '';
  if (host === api.host || host === `${api.host}:443` || localHosts.has(host)) return;
  reject(call, GATEWAY_ERRORS.forbidden, 'host.unknown', { host, apiHost: api.host });
}

/**
 * Rejects invalid request targets (row AG-RT-10), large headers (AG-LIM-02) and bodies announced as too large (AG-LIM-01).
 *
 * @throws CallRejectedError
 */
export function checkRequestLimits(call: Call): void {
  const { path, query, headers } = call.request;
  const { badRequest, headersTooLarge } = GATEWAY_ERRORS;
  const [character] = /[|{}]/.exec(path + query) ?? [];
  if (character !== undefined) reject(call, badRequest, 'request.character-not-encoded', { character });
  if (!canBeDecoded(path)) reject(call, badRequest, 'request.path-encoding-invalid', { path });
  const bytes = headers.byteLength;
  if (bytes > MAX_HEADER_BYTES)
    reject(call, headersTooLarge, 'request.headers-too-large', { bytes, maxBytes: MAX_HEADER_BYTES });
  const contentLength = Number(headers.get('content-length') ?? 0);
  if (contentLength > MAX_BODY_BYTES) rejectLargeBody(call, contentLength);
}

/** Finds stage and route of a call. The length of its ARN is limited (row AG-LIM-08). @throws CallRejectedError */
export function findStageAndRoute(call: Call): Route {
  const { api, request } = call;
  const [, name = '', path = ''] = /^\/+([^/]*)(.*)$/.exec(request.path) ?? [];
  const stage = api.stages.find((candidate) => candidate.name === name);
  if (!stage) {
    const data = { api: api.name, stage: name, stages: api.stages.map((other) => other.name) };
    return reject(call, GATEWAY_ERRORS.forbidden, 'stage.not-found', data);
  }
  call.stage = stage;
  const route = findRoute(api.root, request.method, path);
  if (!route) {
    const error = GATEWAY_ERRORS.noRoute(request.headers.get('authorization'));
    const data = { method: request.method, path: path || '/', ...whyNoRoute(api.root, path) };
    return reject(call, error, 'route.not-found', data);
  }
  call.route = route;
  request.trace.add('apigateway', 'route.matched', {
    stage: name,
    requestMethod: request.method,
    method: route.method.httpMethod,
    resourcePath: route.resource.path,
    pathParameters: Object.fromEntries(route.parameters),
  });
  const bytes = Buffer.byteLength(methodArn(call));
  if (bytes > MAX_ARN_BYTES)
    reject(call, GATEWAY_ERRORS.uriTooLong, 'request.arn-too-long', { bytes, maxBytes: MAX_ARN_BYTES });
  return route;
}

/** Checks the required parameters of the method. @throws CallRejectedError */
export function validateParameters(call: Call, { method }: Route): void {
  const names = method.requiredParameters
    .filter((parameter) => (valueOf(call, parameter) ?? '') === '')
    .map((parameter) => parameter.replace(/^method\.request\.\w+\./, ''));
  if (names.length > 0)
    reject(call, GATEWAY_ERRORS.missingParameters(names), 'request.parameters-missing', { names });
}

function canBeDecoded(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
