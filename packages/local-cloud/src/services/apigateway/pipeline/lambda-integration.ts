import { Readable } from 'node:stream';
import { z } from 'zod';
import { Deadline } from '../../../http/deadline';
import { HeaderList } from '../../../http/header-list';
import type { Response } from '../../../http/message';
import {
  type CallFunction,
  type FunctionCall,
  type FunctionOutcome,
  parseError,
} from '../../lambda/pipeline/invoke';
import { readStreamMetadata } from '../../lambda/pipeline/stream-metadata';
import type { ResponseStream } from '../../lambda/run/runtime-api';
import type { Call } from '../model/call';
import { GATEWAY_ERRORS } from '../model/gateway-error';
import { functionAt, type LambdaIntegration } from '../model/lambda-integration';
import { isBinary } from './body';
import { reject } from './call';
import { toGatewayResponse } from './integration-response';
import { proxyEvent } from './lambda-event';
import { mapRequest } from './mapped-request';
import { mapResponse } from './mapped-response';
import { mapParameters } from './request-parameters';

/** Functions by ARN, with and without qualifier. */
export type Functions = ReadonlyMap<string, CallFunction>;

/** Calls the function of an integration, and converts what it returns. @throws CallRejectedError */
export async function callFunction(
  integration: LambdaIntegration,
  call: Call,
  body: Buffer | undefined,
  functions: Functions,
): Promise<Response> {
  const { api, request, stage, route } = call;
  if (!stage || !route) throw new TypeError('An integration is called at a stage and a route.');
  const { mapping, httpMethod, streams, timeoutMs, usesRole } = integration;
  const functionArn = functionAt(integration, stage) ?? '';
  request.trace.add('apigateway', 'integration.function-called', { functionArn });
  if (httpMethod !== 'POST')
    reject(call, GATEWAY_ERRORS.internal, 'integration.function-method', { method: httpMethod });
  const sourceArn = `arn:aws:execute-api:${api.region}:${api.accountId}:${api.id}/${stage.name}/${request.method}${route.resource.path}`;
  const { payload, isAsynchronous } = eventOf(integration, call, body);
  const startedAt = performance.now();
  let onStream: ((stream: ResponseStream) => void) | undefined;
  const stream = new Promise<ResponseStream>((resolve) => (onStream = resolve));
  const called = callWithin(timeoutMs, call, functions.get(functionArn), {
    payload,
    isAsynchronous,
    ...(streams && { onStream }),
    sourceArn: usesRole ? undefined : sourceArn,
  });
  const outcome = await Promise.race([stream, called]);
  const latencyMs = Math.round(performance.now() - startedAt);
  call.integration = { latencyMs };
  if (outcome === 'timed out')
    return reject(call, GATEWAY_ERRORS.timedOut, 'integration.timed-out', { timeoutMs });
  if ('body' in outcome) return streamed(outcome.body, call, functionArn, latencyMs);
  if (outcome.kind === 'rejected') {
    const { reason } = outcome;
    return reject(call, GATEWAY_ERRORS.internal, 'integration.function-rejected', { functionArn, reason });
  }
  if (mapping && isAsynchronous) {
    const accepted = { status: 202, headers: new HeaderList(), body: undefined };
    call.integration = { status: 202, latencyMs };
    return mapResponse(mapping.responses, call, accepted, '');
  }
  call.integration = { status: 200, latencyMs };
  if (mapping) {
    const headers = new HeaderList([['Content-Type', 'application/json']]);
    const content = { status: 200, headers, body: Buffer.from(outcome.payload) };
    const error = outcome.kind === 'function-error' ? parseError(outcome.payload).errorMessage : '';
    return mapResponse(mapping.responses, call, content, error);
  }
  if (outcome.kind === 'function-error')
    return reject(call, GATEWAY_ERRORS.functionFailed, 'integration.function-failed', { functionArn });
  if (streams) return streamed(Readable.from([Buffer.from(outcome.payload)]), call, functionArn, latencyMs);
  const response = readResponse(outcome.payload, call);
  if (typeof response === 'string') {
    const data = { functionArn, detail: response };
    return reject(call, GATEWAY_ERRORS.functionFailed, 'integration.function-response-malformed', data);
  }
  call.integration = { status: response.status, latencyMs };
  return toGatewayResponse(response, call, 'buffered');
}

/** Status and headers come before the content (row AG-LS-01). @throws CallRejectedError */
async function streamed(
  body: Readable,
  call: Call,
  functionArn: string,
  latencyMs: number,
): Promise<Response> {
  const metadata = StreamMetadata.safeParse(await readStreamMetadata(body, MAX_METADATA_BYTES));
  if (!metadata.success) {
    body.destroy();
    const detail =
      'it must be JSON with statusCode, headers, multiValueHeaders and cookies, then 8 NUL bytes within the first 16 KB, then the content; awslambda.HttpResponseStream.from writes that';
    const data = { functionArn, detail };
    return reject(call, GATEWAY_ERRORS.functionFailed, 'integration.function-response-malformed', data);
  }
  const { statusCode, headers: single, multiValueHeaders: multiple, cookies } = metadata.data;
  const headers = headersOf(single ?? {}, multiple ?? {});
  if (!headers.has('content-type')) headers.set('Content-Type', 'application/json');
  for (const cookie of cookies ?? []) headers.append('Set-Cookie', cookie);
  const status = statusCode ?? 200;
  call.integration = { status, latencyMs };
  return toGatewayResponse({ status, headers, body }, call, 'streamed');
}

/** Returns the event: of a proxy the request, else what the mapping makes of it (row AG-IN-08). @throws CallRejectedError */
function eventOf(
  { mapping, parameters }: LambdaIntegration,
  call: Call,
  body: Buffer | undefined,
): { readonly payload: string; readonly isAsynchronous: boolean } {
  if (!mapping)
    return {
      payload: JSON.stringify(proxyEvent(call, body, mapParameters(parameters, call))),
      isAsynchronous: false,
    };
  const mapped = mapRequest(mapping.request, call, body);
  const payload = mapped.body?.toString() || '{}';
  const detail = jsonFault(payload);
  if (detail !== undefined)
    reject(call, GATEWAY_ERRORS.invalidEvent(detail), 'integration.event-not-json', { detail });
  const type = new HeaderList(
    [...mapped.parameters.header].map(([name, { value }]) => [name, value] as const),
  );
  return { payload, isAsynchronous: type.get('x-amz-invocation-type') === 'Event' };
}

function jsonFault(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Calls a function as API Gateway. @param sourceArn `undefined`: a role calls @returns `timed out`, while the function goes on */
export async function callWithin(
  timeoutMs: number,
  { request, api, traceId }: Call,
  function_: CallFunction | undefined,
  {
    sourceArn,
    ...event
  }: Pick<FunctionCall, 'payload' | 'isAsynchronous' | 'onStream'> & {
    readonly sourceArn: string | undefined;
  },
): Promise<FunctionOutcome | 'timed out'> {
  if (!function_) throw new TypeError('The functions of an API are checked when it starts.');
  const deadline = new Deadline(timeoutMs, request.signal);
  const { signal } = deadline;
  const ended = new Promise<'timed out'>((resolve, refuse) => {
    signal.addEventListener('abort', () => {
      if (deadline.isExceeded) resolve('timed out');
      else refuse(signal.reason as Error);
    });
  });
  const { accountId } = api;
  const invoker =
    sourceArn === undefined ? undefined : { principal: 'apigateway.amazonaws.com', sourceArn, accountId };
  const { trace } = request;
  const called = function_({ ...event, invoker, traceHeader: traceId.header, trace, signal });
  // After the time limit its result is not used.
  called.catch(() => undefined);
  return Promise.race([called, ended]).finally(() => deadline.clear());
}

/** A header value is a text or a boolean: AWS rejects numbers. */
const HeaderValue = z.union([z.string(), z.boolean().transform(String)]);

/** Row AG-LA-04: other fields make a response malformed, and none is required. */
const ProxyResponse = z.strictObject({
  statusCode: z
    .union([z.int(), z.string().regex(/^\d+$/, 'must be a number').transform(Number)])
    .pipe(z.number().min(100).max(999))
    .nullish(),
  headers: z.record(z.string(), HeaderValue).nullish(),
  multiValueHeaders: z.record(z.string(), z.array(HeaderValue)).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

const MAX_METADATA_BYTES = 16_384;

const StreamMetadata = z.looseObject({
  ...ProxyResponse.pick({ statusCode: true, headers: true, multiValueHeaders: true }).shape,
  cookies: z.array(z.string()).nullish(),
});

/** @returns a text that says what is wrong with the response */
function readResponse(payload: string, { api, request }: Call): Response | string {
  const parsed = ProxyResponse.safeParse(JSON.parse(payload));
  if (!parsed.success) return z.prettifyError(parsed.error).replaceAll(/\s*\n\s*/g, ' ');
  const { statusCode, headers: single, multiValueHeaders: multiple, body, isBase64Encoded } = parsed.data;
  const headers = headersOf(single ?? {}, multiple ?? {});
  if (!headers.has('content-type')) headers.set('Content-Type', 'application/json');
  const { binaryMediaTypes } = api;
  const isDecoded =
    isBase64Encoded === true &&
    (isBinary(binaryMediaTypes, request.headers.get('accept')) ||
      isBinary(binaryMediaTypes, headers.get('content-type')));
  return {
    status: statusCode ?? 200,
    headers,
    body: Buffer.from(body ?? '', isDecoded ? 'base64' : 'utf8'),
  };
}

/** Merges both kinds of headers: of a name in both, the multiple values count (row AG-LA-06). */
function headersOf(
  single: Readonly<Record<string, string>>,
  multiple: Readonly<Record<string, readonly string[]>>,
): HeaderList {
  const names = new Set(Object.keys(multiple).map((name) => name.toLowerCase()));
  return new HeaderList([
    ...Object.entries(single).filter(([name]) => !names.has(name.toLowerCase())),
    ...Object.entries(multiple).flatMap(([name, values]) =>
      values.map((value): [string, string] => [name, value]),
    ),
  ]);
}
