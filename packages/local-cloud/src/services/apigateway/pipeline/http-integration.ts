import { Readable } from 'node:stream';
import { type Backend, BackendUnreachableError } from '../../../http/backend';
import { Deadline } from '../../../http/deadline';
import { decode, requestTarget, type Response, splitOnce, splitQuery } from '../../../http/message';
import { readAtMost } from '../../../http/read-at-most';
import type { Upstream } from '../../../http/upstream';
import type { Call } from '../model/call';
import { type Destination, destinationOf, splitUri, withStageVariables } from '../model/destination';
import { GATEWAY_ERRORS } from '../model/gateway-error';
import type { HttpProxyIntegration } from '../model/integration';
import { type ParameterMapping, resolveSource } from '../model/parameter-mapping';
import { acceptedCoding, asText, encodeBody, isBinary, MAX_BODY_BYTES } from './body';
import { reject } from './call';
import { type HeaderEdits, toGatewayHeaders, toIntegrationHeaders } from './integration-headers';

export interface IntegrationTargets {
  /** By ARN of the load balancer. */
  readonly backends: ReadonlyMap<string, Backend>;
  /** Local URLs by the origin they replace. */
  readonly standIns: ReadonlyMap<string, URL>;
  readonly upstream: Upstream;
}

/**
 * Calls an HTTP proxy integration. Unless it streams, a response is buffered, as on AWS: one that breaks off, takes too long
 * or is too large becomes an error, never a partial response. @throws CallRejectedError
 */
export async function callHttpIntegration(
  integration: HttpProxyIntegration,
  call: Call,
  body: Buffer | undefined,
  targets: IntegrationTargets,
): Promise<Response> {
  const { request, api, stage } = call;
  if (!stage) throw new TypeError('An integration is called at a stage.');
  const { uri, parameters, streams, timeoutMs } = integration;
  const { host, path, query } = splitUri(withStageVariables(uri, stage) ?? uri);
  const destination = destinationOf(integration, stage, api, targets.standIns);
  const edits = toIntegrationHeaders(call, host, body?.length);
  mapHeaders(parameters, call, edits);
  const method = integration.httpMethod === 'ANY' ? request.method : integration.httpMethod;
  const target = requestTarget(fillPath(path, parameters, call), fillQuery(query, parameters, call));
  request.trace.add(
    'apigateway',
    'integration.called',
    {
      method,
      host,
      path: target.split('?')[0] ?? '',
      ...(destination?.kind === 'replacement' && { replacedBy: destination.url.origin }),
    },
    { headers: edits.changes },
  );

  const startedAt = performance.now();
  const latencyMs = (): number => Math.round(performance.now() - startedAt);
  const deadline = new Deadline(timeoutMs, request.signal);
  const { signal } = deadline;
  const { headers } = edits;
  let response: Response | undefined;
  let complete: Response | 'too large';
  try {
    const outgoing = { method, target, headers, body, signal, trace: request.trace };
    const port = Number(/:(\d+)$/.exec(host)?.[1] ?? (uri.startsWith('https:') ? 443 : 80));
    response = await send(destination, outgoing, port, targets);
    complete = streams ? response : await buffered(response, method, host);
  } catch (error) {
    call.integration = { latencyMs: latencyMs() };
    if (request.signal.aborted) throw error;
    if (deadline.isExceeded)
      return reject(call, GATEWAY_ERRORS.timedOut, 'integration.timed-out', { timeoutMs });
    if (!(error instanceof BackendUnreachableError)) throw error;
    const { reason, place, detail } = error;
    const data = { reason, place, ...(detail !== undefined && { detail }) };
    return reject(call, GATEWAY_ERRORS.networkError, 'integration.unreachable', data);
  } finally {
    if (streams) deadline.lift();
    else deadline.clear();
  }
  const { status } = response;
  call.integration = { status, latencyMs: latencyMs() };
  if (complete === 'too large') {
    const data = { status, maxBytes: MAX_BODY_BYTES };
    return reject(call, GATEWAY_ERRORS.internal, 'integration.response-too-large', data);
  }
  return toGatewayResponse(complete, call, streams);
}

async function send(
  destination: Destination | undefined,
  outgoing: Omit<Parameters<Backend>[0], 'port'>,
  port: number,
  { backends, upstream }: IntegrationTargets,
): Promise<Response> {
  if (destination?.kind === 'replacement') {
    const { hostname, port: localPort, pathname, origin } = destination.url;
    const target = `${pathname.replace(/\/$/, '')}${outgoing.target}`;
    return upstream
      .send(hostname.replace(/^\[|\]$/g, ''), Number(localPort || 80), { ...outgoing, target })
      .catch((error: unknown) => {
        throw new BackendUnreachableError('connection-failed', origin, (error as Error).message);
      });
  }
  const backend = destination && backends.get(destination.arn);
  if (!backend) throw new BackendUnreachableError('no-load-balancer', destination?.arn ?? '');
  return backend({ ...outgoing, port });
}

async function buffered(response: Response, method: string, host: string): Promise<Response | 'too large'> {
  const { body } = response;
  if (!(body instanceof Readable))
    return body !== undefined && body.length > MAX_BODY_BYTES ? 'too large' : response;
  const announced = Number(response.headers.get('content-length') ?? 0);
  const complete =
    method !== 'HEAD' && announced > MAX_BODY_BYTES
      ? 'too large'
      : await readAtMost(body, MAX_BODY_BYTES).catch((error: unknown) => {
          throw new BackendUnreachableError('response-incomplete', host, (error as Error).message);
        });
  if (complete !== 'too large') return { ...response, body: complete };
  body.destroy();
  return complete;
}

/** Converts a response of an integration for the client: headers, text or binary, compression. */
export async function toGatewayResponse(
  response: Response,
  call: Call,
  streamed: boolean,
): Promise<Response> {
  const { api, request } = call;
  const { status } = response;
  const edits = toGatewayHeaders(response.headers, call);
  const { headers } = edits;
  let { body } = response;
  let bodyCorrupted = false;
  const hasNoBody = request.method === 'HEAD' || status === 204 || status === 304;
  if (hasNoBody || !Buffer.isBuffer(body)) {
    const length = response.headers.get('content-length');
    if (length !== undefined) headers.set('Content-Length', length);
  } else {
    const { binaryMediaTypes: binary, minimumCompressionBytes: minimum } = api;
    if (
      !isBinary(binary, response.headers.get('content-type')) &&
      !isBinary(binary, request.headers.get('accept'))
    ) {
      const text = asText(body);
      bodyCorrupted = text !== body;
      body = text;
    }
    const coding = acceptedCoding(request.headers);
    const isLarge = minimum !== undefined && body.length >= minimum;
    if (isLarge && coding && !response.headers.has('content-encoding')) {
      body = await encodeBody(body, coding);
      edits.set('Content-Encoding', coding, `MinimumCompressionSize is ${minimum} bytes`);
    }
    edits.set('Content-Length', String(body.length), 'API Gateway counts the bytes itself');
  }
  const data = { status, streamed, bodyCorrupted };
  request.trace.add('apigateway', 'integration.responded', data, { headers: edits.changes });
  return { status, headers, body };
}

/** Row AG-HD-12. */
const NOT_MAPPABLE = new Set(['content-length', 'transfer-encoding']);

const SECRET = /\.(authorization|cookie|x-api-key)$/i;

function mapHeaders(parameters: readonly ParameterMapping[], call: Call, edits: HeaderEdits): void {
  for (const { location, name, source } of parameters) {
    if (location !== 'header') continue;
    if (NOT_MAPPABLE.has(name.toLowerCase()))
      reject(call, GATEWAY_ERRORS.internal, 'integration.header-not-mappable', { name });
    const value = resolveSource(source, call);
    if (value === undefined) continue;
    const from = 'variable' in source ? source.variable : 'a literal';
    if (SECRET.test(from)) edits.setSecret(name, value, `from ${from}, value not shown`);
    else edits.set(name, value, `RequestParameters of the integration, from ${from}`);
  }
}

/** Fills the path parameters of the URI; one without a mapping stays unchanged (row AG-PX-01). */
function fillPath(path: string, parameters: readonly ParameterMapping[], call: Call): string {
  return path.replace(/\{([\w.$-]+)\}/g, (placeholder, name: string) => {
    const mapping = parameters.find((parameter) => parameter.location === 'path' && parameter.name === name);
    const value = mapping && resolveSource(mapping.source, call);
    if (value === undefined || !mapping) return placeholder;
    const from =
      'variable' in mapping.source ? mapping.source.variable.replace('method.request.path.', '') : '';
    const isGreedy = call.route?.resource.pathPart === `{${from}+}`;
    return isGreedy ? value.split('/').map(encodeSegment).join('/') : encodeSegment(value);
  });
}

/** Row AG-PX-02: encodes again, whatever the client had encoded. */
function encodeSegment(text: string): string {
  return encodeURIComponent(text).replace(/%(?:3A|40|24|26|2B|2C|3B|3D)/g, decodeURIComponent);
}

/** Joins the query of the URI, the client's query and the mapped parameters (row AG-PX-03). */
function fillQuery(own: string, parameters: readonly ParameterMapping[], call: Call): string {
  const mapped = parameters.flatMap(({ location, name, source }) => {
    if (location !== 'querystring') return [];
    const [, multiple] =
      'variable' in source
        ? (/^method\.request\.multivaluequerystring\.(.+)$/.exec(source.variable) ?? [])
        : [];
    if (multiple !== undefined) return [{ name, values: call.query.get(multiple) ?? [] }];
    const value = resolveSource(source, call);
    return [{ name, values: value === undefined ? [] : [value] }];
  });
  const isMapped = (part: string): boolean =>
    mapped.some(({ name, values }) => values.length > 0 && decode(splitOnce(part)[0]) === name);
  return [
    ...splitQuery(own),
    ...splitQuery(call.request.query).filter((part) => !isMapped(part)),
    ...mapped.flatMap(({ name, values }) =>
      values.map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
    ),
  ].join('&');
}
