import { Readable } from 'node:stream';
import { requestTarget, type Response } from '../../http/message';
import type { Upstream } from '../../http/upstream';
import { type Backend, BackendUnreachableError } from './backend';
import { acceptedCoding, asText, encodeBody, isBinary, MAX_BODY_BYTES, readAtMost } from './body';
import type { Call } from './call';
import { Deadline } from './deadline';
import { type Destination, destinationOf, splitUri, withStageVariables } from './destination';
import { GATEWAY_ERRORS, Refusal } from './gateway-error';
import type { HeaderEdits } from './header-edits';
import { toGatewayHeaders, toIntegrationHeaders } from './integration-headers';
import type { HttpProxyIntegration } from './integration';
import { type ParameterMapping, resolveSource } from './parameter-mapping';
import { decode, splitOnce, splitQuery } from './query';

/** Name of integrations in traces. */
export const INTEGRATION = 'Integration';

/** What integrations reach. */
export interface Reach {
  /** By ARN of the load balancer. */
  readonly backends: ReadonlyMap<string, Backend>;
  /** The local URL that stands for an origin elsewhere. */
  readonly standIns: ReadonlyMap<string, URL>;
  /** Connections to stand-ins. */
  readonly upstream: Upstream;
}

/** An integration's answer, as the caller gets it. */
export interface IntegrationAnswer {
  readonly response: Response;
  readonly edits: HeaderEdits;
  /** What was done to the body, in words. */
  readonly facts: Readonly<Record<string, string>>;
}

/**
 * Sends the request to what stands behind an HTTP proxy integration, and makes of its answer the caller's.
 *
 * Unless it streams, an answer is held until it is complete, as on AWS: one that breaks off, takes too long or is too
 * large becomes an error, never half an answer.
 *
 * @throws Refusal
 */
export async function callHttpIntegration(
  integration: HttpProxyIntegration,
  call: Call,
  body: Buffer | undefined,
  reach: Reach,
): Promise<IntegrationAnswer> {
  const { request, api, stage } = call;
  if (!stage) throw new TypeError('An integration is called at a stage.');
  const { host, path, query } = splitUri(withStageVariables(integration.uri, stage) ?? integration.uri);
  const destination = destinationOf(integration, stage, api, reach.standIns);
  const edits = toIntegrationHeaders(call, host, body?.length);
  mapHeaders(integration.parameters, call, edits);
  const method = integration.httpMethod === 'ANY' ? request.method : integration.httpMethod;
  const target = requestTarget(
    fillPath(path, integration.parameters, call),
    fillQuery(query, integration.parameters, call),
  );
  request.trace.note(INTEGRATION, `${method} ${host}${target.split('?')[0] ?? ''}${by(destination)}`, {
    headers: edits.changes,
  });

  const startedAt = performance.now();
  const deadline = new Deadline(integration.timeoutMs, request.signal);
  const latency = (): number => Math.round(performance.now() - startedAt);
  try {
    const outgoing = {
      method,
      target,
      headers: edits.headers,
      body,
      signal: deadline.signal,
      trace: request.trace,
    };
    const response = await send(destination, outgoing, host, integration, reach);
    const answer = integration.streams ? response : await buffered(response, method);
    if (answer === 'too large') {
      call.integration = { status: response.status, latencyMs: latency(), error: 'response too large' };
      const note = `the answer has more than ${MAX_BODY_BYTES} bytes; ResponseTransferMode STREAM would let it through`;
      throw new Refusal(GATEWAY_ERRORS.internal, INTEGRATION, note);
    }
    call.integration = { status: response.status, latencyMs: latency() };
    return await toAnswer(answer, call, integration.streams);
  } catch (error) {
    if (error instanceof Refusal || request.signal.aborted) throw error;
    const note = deadline.isOver
      ? `no complete answer within ${integration.timeoutMs} ms`
      : error instanceof Error
        ? error.message
        : String(error);
    call.integration = { status: undefined, latencyMs: latency(), error: note };
    if (deadline.isOver) throw new Refusal(GATEWAY_ERRORS.timedOut, INTEGRATION, note);
    if (error instanceof BackendUnreachableError)
      throw new Refusal(GATEWAY_ERRORS.networkError, INTEGRATION, note);
    throw error;
  } finally {
    if (integration.streams) deadline.lift();
    else deadline.clear();
  }
}

function by(destination: Destination | undefined): string {
  return destination?.kind === 'stand-in'
    ? `, which ${destination.url.origin} stands for here`
    : ', through the VPC link';
}

async function send(
  destination: Destination | undefined,
  outgoing: Omit<Parameters<Backend>[0], 'port'>,
  host: string,
  { uri }: HttpProxyIntegration,
  { backends, upstream }: Reach,
): Promise<Response> {
  if (destination?.kind === 'stand-in') {
    const { hostname, port, pathname } = destination.url;
    const target = `${pathname.replace(/\/$/, '')}${outgoing.target}`;
    return upstream
      .send(hostname.replace(/^\[|\]$/g, ''), Number(port || 80), { ...outgoing, target })
      .catch((error: unknown) => {
        throw new BackendUnreachableError(
          `${destination.url.origin} did not answer: ${(error as Error).message}`,
        );
      });
  }
  const backend = destination && backends.get(destination.arn);
  if (!backend) throw new BackendUnreachableError('the load balancer of the integration is not there');
  const port = Number(/:(\d+)$/.exec(host)?.[1] ?? (uri.startsWith('https:') ? 443 : 80));
  return backend({ ...outgoing, port });
}

/** The answer with its whole body. */
async function buffered(response: Response, method: string): Promise<Response | 'too large'> {
  const { body } = response;
  if (!(body instanceof Readable)) {
    return body !== undefined && body.length > MAX_BODY_BYTES ? 'too large' : response;
  }
  const announced = Number(response.headers.get('content-length') ?? 0);
  const whole = method !== 'HEAD' && announced > MAX_BODY_BYTES ? 'too large' : await read(body);
  if (whole !== 'too large') return { ...response, body: whole };
  body.destroy();
  return whole;
}

async function read(body: Readable): Promise<Buffer | 'too large'> {
  try {
    return await readAtMost(body, MAX_BODY_BYTES);
  } catch (error) {
    throw new BackendUnreachableError(
      `the connection broke off in the middle of the answer (${(error as Error).message})`,
    );
  }
}

async function toAnswer(response: Response, call: Call, streams: boolean): Promise<IntegrationAnswer> {
  const { api, request } = call;
  const edits = toGatewayHeaders(response.headers, call);
  const length = response.headers.get('content-length');
  const facts: Record<string, string> = {};
  const hasNoBody = request.method === 'HEAD' || response.status === 204 || response.status === 304;
  if (hasNoBody || !Buffer.isBuffer(response.body)) {
    if (length !== undefined) edits.headers.set('Content-Length', length);
    if (streams) facts['Transfer'] = 'streamed: no limit of size, no change to its bytes';
    return { response: { ...response, headers: edits.headers }, edits, facts };
  }
  let body = response.body;
  if (
    !isBinary(api.binaryMediaTypes, response.headers.get('content-type')) &&
    !isBinary(api.binaryMediaTypes, request.headers.get('accept'))
  ) {
    body = asText(body);
    if (body !== response.body) {
      facts['Body'] =
        'corrupted: it is not UTF-8 text, and neither its type nor the first of Accept is among the BinaryMediaTypes of the API';
    }
  }
  const coding = acceptedCoding(request.headers);
  const { minimumCompressionBytes: minimum } = api;
  if (
    minimum !== undefined &&
    coding &&
    body.length >= minimum &&
    !response.headers.has('content-encoding')
  ) {
    body = await encodeBody(body, coding);
    edits.set('Content-Encoding', coding, `MinimumCompressionSize is ${minimum} bytes`);
  }
  edits.set('Content-Length', String(body.length), 'API Gateway counts the body itself');
  return { response: { ...response, headers: edits.headers, body }, edits, facts };
}

/** Row AG-HD-12. */
const NOT_TO_BE_MAPPED = new Set(['content-length', 'transfer-encoding']);

function mapHeaders(parameters: readonly ParameterMapping[], call: Call, edits: HeaderEdits): void {
  for (const { location, name, source } of parameters) {
    if (location !== 'header') continue;
    if (NOT_TO_BE_MAPPED.has(name.toLowerCase()))
      throw new Refusal(GATEWAY_ERRORS.internal, INTEGRATION, `${name} cannot be set by a mapping`);
    const value = resolveSource(source, call);
    if (value === undefined) continue;
    const from = 'variable' in source ? source.variable : 'a literal';
    edits.set(name, value, `RequestParameters of the integration, from ${from}`);
    if (isSecret(from))
      edits.changes.splice(-1, 1, { on: 'request', op: 'set', name, by: `from ${from}, not shown` });
  }
}

function isSecret(variable: string): boolean {
  return /\.(authorization|cookie|x-api-key)$/i.test(variable);
}

/** The URI's path with its parameters; one that nothing is mapped to stays as it is (row AG-PX-01). */
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

/** Row AG-PX-02: encoded anew, whatever the caller had encoded. */
function encodeSegment(text: string): string {
  return encodeURIComponent(text).replace(/%(?:3A|40|24|26|2B|2C|3B|3D)/g, decodeURIComponent);
}

/** The caller's query behind the URI's own, with what is mapped (row AG-PX-03). */
function fillQuery(own: string, parameters: readonly ParameterMapping[], call: Call): string {
  const mapped = parameters.flatMap(({ location, name, source }) => {
    if (location !== 'querystring') return [];
    const [, multiple] =
      'variable' in source
        ? (/^method\.request\.multivaluequerystring\.(.+)$/.exec(source.variable) ?? [])
        : [];
    const value = resolveSource(source, call);
    const values =
      multiple === undefined ? (value === undefined ? [] : [value]) : call.queryParameter(multiple);
    return [{ name, values }];
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
