import { Readable } from 'node:stream';
import type { Logger } from 'pino';
import { type Handler, type Request, type Response } from '../../http/message';
import { type HopDetails } from '../../trace/trace';
import type { TokenAuthorizer } from './authorizer';
import { asText, decodeBody, isBinary, MAX_BODY_BYTES, readAtMost } from './body';
import { Call, SERVICE } from './call';
import { checkDestinations } from './destination';
import { GATEWAY_ERRORS, Refusal } from './gateway-error';
import { gatewayResponse } from './gateway-response';
import { callHttpIntegration, INTEGRATION, type Reach } from './http-integration';
import { answerFromMock } from './mock-integration';
import { bodyTooLarge, checkArnLength, checkRequestLimits } from './request-limits';
import { checkResourcePolicy } from './resource-policy';
import type { RestApi } from './rest-api';
import { explainNoRoute, explainRoute, findRoute, type Route } from './routing';
import { type GatewayThrottle, Throttling } from './throttling';
import { toGatewayHeaders } from './integration-headers';
import { KeyedUsage } from './usage-plan';
import { render, valueOf } from './variables';

/** What a REST API is answered with. */
export interface RestApiOptions extends Reach {
  readonly authorizer: TokenAuthorizer;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly throttle: GatewayThrottle;
  readonly log: Pick<Logger, 'debug' | 'info'>;
  /** Values of `Host` by which the API is called here, besides its own name: all others are refused (row AG-RT-08). */
  readonly localHosts: ReadonlySet<string>;
}

/** What the last hop of a call says. */
interface Outcome {
  readonly response: Response;
  readonly service: string;
  readonly note: string;
  readonly details: HopDetails;
}

/**
 * Answers calls of a REST API (row AG-AU-14): limits, stage, route, throttling, authorizer, resource policy, API key,
 * request validation, integration.
 *
 * @throws UnsupportedPropertyError InvalidPropertyError at once for an integration that leads nowhere
 */
export function restApiHandler(api: RestApi, options: RestApiOptions): Handler {
  checkDestinations(api, options);
  const { now, log } = options;
  for (const { name, value, isMade } of api.usagePlans.flatMap(({ keys }) => keys)) {
    if (isMade) log.info(`API key ${name} of ${api.name} has no Value in the template; here it is ${value}`);
  }
  const state = { throttling: new Throttling(options.throttle, now), usage: new KeyedUsage(now) };
  return async (request) => {
    const { effective, note } = overrideMethod(request);
    const call = new Call(api, effective, now());
    if (note !== undefined) request.trace.note(SERVICE, note);
    const outcome = await answer(call, options, state).catch((error: unknown) => {
      if (error instanceof Refusal) return refused(error, call);
      throw error;
    });
    const response = request.method === 'HEAD' ? withoutBody(outcome.response) : outcome.response;
    call.status = response.status;
    call.responseLength = Buffer.isBuffer(response.body) ? response.body.length : 0;
    const accessLog = call.stage?.accessLogFormat && render(call.stage.accessLogFormat, call, '-');
    if (accessLog !== undefined) log.debug({}, `access log of ${api.name}: ${accessLog}`);
    request.trace.note(outcome.service, outcome.note, {
      ...outcome.details,
      facts: { ...outcome.details.facts, ...(accessLog === undefined ? {} : { 'Access log': accessLog }) },
    });
    return response;
  };
}

/** Row AG-RT-09. */
function overrideMethod(request: Request): { effective: Request; note: string | undefined } {
  const method = request.headers.get('x-http-method-override')?.toUpperCase();
  if (method === undefined || !/^[A-Z]+$/.test(method) || method === request.method)
    return { effective: request, note: undefined };
  return {
    effective: { ...request, method },
    note: `${request.method} counts as ${method}, as X-HTTP-Method-Override says`,
  };
}

function withoutBody(response: Response): Response {
  if (response.body instanceof Readable) response.body.resume();
  return { ...response, body: undefined };
}

function refused({ error, service, note, details }: Refusal, call: Call): Outcome {
  call.error = error;
  const { response, description, headerChanges } = gatewayResponse(error, call.api.gatewayResponses, call);
  return {
    response,
    service,
    note,
    details: {
      ...details,
      facts: { ...details.facts, 'Gateway response': description },
      ...(headerChanges.length > 0 ? { headers: [...(details.headers ?? []), ...headerChanges] } : {}),
    },
  };
}

async function answer(
  call: Call,
  options: RestApiOptions,
  { throttling, usage }: { readonly throttling: Throttling; readonly usage: KeyedUsage },
): Promise<Outcome> {
  const { api, request } = call;
  checkProtocolAndHost(call, options.localHosts);
  checkRequestLimits(request);
  const route = findStageAndRoute(call);
  checkArnLength(call);
  throttling.admit(call);
  await authorize(call, route, options.authorizer);
  checkResourcePolicy(api.policy, call);
  usage.admit(call);
  checkParameters(call, route);
  const body = await readBody(call);
  return integrate(call, route, body, options);
}

function checkProtocolAndHost({ api, request }: Call, localHosts: ReadonlySet<string>): void {
  if (request.protocol === 'http') {
    const note = 'execute-api speaks HTTPS only: on AWS nothing listens for plain HTTP (row AG-LIM-10)';
    throw new Refusal(GATEWAY_ERRORS.forbidden, SERVICE, note);
  }
  const host = request.headers.get('host')?.toLowerCase() ?? '';
  if (host === api.host || host === `${api.host}:443` || localHosts.has(host)) return;
  const note = `Host ${JSON.stringify(host)} is no API: the viewer's Host must not be forwarded to an API`;
  throw new Refusal(GATEWAY_ERRORS.forbidden, SERVICE, note, { facts: { 'Host of the API': api.host } });
}

function findStageAndRoute(call: Call): Route {
  const { api, request } = call;
  const [, name = '', path = ''] = /^\/([^/]*)(.*)$/.exec(request.path) ?? [];
  call.stage = api.stages.find((stage) => stage.name === name);
  if (!call.stage) {
    const stages = api.stages.map((stage) => stage.name).join(', ');
    const note = `${api.name} has no stage ${JSON.stringify(name)}, the first part of the path; it has ${stages}`;
    throw new Refusal(GATEWAY_ERRORS.forbidden, SERVICE, note);
  }
  const route = findRoute(api.root, request.method, path);
  if (!route) {
    const error = GATEWAY_ERRORS.noRoute(request.headers.get('authorization'));
    throw new Refusal(error, SERVICE, explainNoRoute(api.root, request.method, path));
  }
  call.route = route;
  const parameters = [...route.parameters].map(([parameter, value]) => `${parameter} = ${value}`).join(', ');
  request.trace.note(SERVICE, explainRoute(route, request.method), {
    facts: { Stage: name, ...(parameters === '' ? {} : { 'Path parameters': parameters }) },
  });
  return route;
}

async function authorize(call: Call, { method }: Route, authorizer: TokenAuthorizer): Promise<void> {
  const { request } = call;
  if (!method.authorizer) return;
  const header = request.headers.getAll(method.authorizer.header)[0];
  const verdict = await authorizer.authorize(method.authorizer, method.scopes, header);
  call.authorizer = { token: verdict.token, error: verdict.allowed ? undefined : verdict.reason };
  const details = {
    facts: {
      Authorizer: method.authorizer.name,
      'Takes the token from': `header ${method.authorizer.header}`,
      Expects:
        method.scopes.length > 0
          ? `an access token with the scope ${method.scopes.join(' or ')}`
          : 'an ID token',
    },
    ...(verdict.token ? { token: verdict.token } : {}),
  };
  if (!verdict.allowed) {
    const error = verdict.expired ? GATEWAY_ERRORS.expiredToken : GATEWAY_ERRORS.unauthorized;
    throw new Refusal(error, 'Authorizer', `refused: ${verdict.reason}`, details);
  }
  const { keptSince } = verdict;
  const kept =
    keptSince === undefined
      ? ''
      : `; decided ${Math.max(0, Math.round((call.receivedAt - keptSince) / 1_000))} s ago, kept for ${method.authorizer.ttlSeconds} s`;
  request.trace.note('Authorizer', `allowed: ${verdict.reason}${kept}`, details);
}

function checkParameters(call: Call, { method }: Route): void {
  const missing = method.requiredParameters
    .filter((parameter) => (valueOf(call, parameter) ?? '') === '')
    .map((parameter) => parameter.replace(/^method\.request\.\w+\./, ''));
  if (missing.length === 0) return;
  const note = `refused by the request validator: ${missing.join(', ')} missing`;
  throw new Refusal(GATEWAY_ERRORS.missingParameters(missing), SERVICE, note);
}

/** The whole body, which API Gateway holds before it calls the integration (row AG-LIM-01). */
async function readBody({ api, request }: Call): Promise<Buffer | undefined> {
  if (!request.body) return undefined;
  const body = await readAtMost(request.body, MAX_BODY_BYTES);
  if (body === 'too large') throw bodyTooLarge('more');
  const coding =
    api.minimumCompressionBytes === undefined ? undefined : request.headers.get('content-encoding');
  const decoded = await decodeBody(body, coding, MAX_BODY_BYTES);
  if (decoded === 'malformed')
    throw new Refusal(
      GATEWAY_ERRORS.badRequest,
      SERVICE,
      `the body is not in the ${coding ?? ''} coding that Content-Encoding names`,
    );
  if (isBinary(api.binaryMediaTypes, request.headers.get('content-type'))) return decoded;
  const text = asText(decoded);
  if (text !== decoded) {
    const type = request.headers.get('content-type') ?? 'without a type';
    request.trace.note(
      SERVICE,
      `the body is corrupted: it is not UTF-8 text, and ${type} is not among the BinaryMediaTypes of the API`,
    );
  }
  return text;
}

async function integrate(
  call: Call,
  { method }: Route,
  body: Buffer | undefined,
  options: RestApiOptions,
): Promise<Outcome> {
  const { integration } = method;
  if (integration.type === 'mock') {
    const response = answerFromMock(integration, call, body);
    const edits = toGatewayHeaders(response.headers, call);
    const length = response.headers.get('content-length');
    edits.headers.delete('x-amzn-Remapped-Content-Length');
    if (length !== undefined) edits.headers.set('Content-Length', length);
    call.integration = { status: 200, latencyMs: 0 };
    return {
      response: { ...response, headers: edits.headers },
      service: INTEGRATION,
      note: `mock: ${response.status}, answered by API Gateway itself`,
      details: {},
    };
  }
  const { response, edits, facts } = await callHttpIntegration(integration, call, body, options);
  return {
    response,
    service: SERVICE,
    note: `passes on the integration's ${response.status}`,
    details: { headers: edits.changes, facts },
  };
}
