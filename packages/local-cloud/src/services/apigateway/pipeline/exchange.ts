import { Readable } from 'node:stream';
import { BackendUnreachableError } from '../../../http/backend';
import { Deadline } from '../../../http/deadline';
import type { Response } from '../../../http/message';
import { readAtMost } from '../../../http/read-at-most';
import type { Trace } from '../../../trace/trace';
import type { Call } from '../model/call';
import { GATEWAY_ERRORS } from '../model/gateway-error';
import { MAX_BODY_BYTES } from './body';
import { reject } from './call';
import type { HeaderEdits } from './integration-headers';

/** Request of an integration to its backend. */
export interface OutgoingRequest {
  readonly method: string;
  readonly host: string;
  readonly target: string;
  readonly edits: HeaderEdits;
  readonly body: Buffer | undefined;
  /** Local server that responds instead of the host. */
  readonly replacedBy?: string;
}

/** Sends the request within the time limit of the integration. @throws BackendUnreachableError */
export type Send = (request: {
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderEdits['headers'];
  readonly body: Buffer | undefined;
  readonly signal: AbortSignal;
  readonly trace: Trace;
}) => Promise<Response>;

/**
 * Exchanges a request for the backend's response. Unless it streams, the response is buffered, as on AWS: one that breaks off,
 * takes too long or is too large becomes an error, never a partial response. @throws CallRejectedError
 */
export async function exchange(
  call: Call,
  { method, host, target, edits, body, replacedBy }: OutgoingRequest,
  { timeoutMs, streams }: { readonly timeoutMs: number; readonly streams: boolean },
  send: Send,
): Promise<Response> {
  const { request } = call;
  const data = {
    method,
    host,
    path: target.split('?')[0] ?? '',
    ...(replacedBy !== undefined && { replacedBy }),
  };
  request.trace.add('apigateway', 'integration.called', data, { headers: edits.changes });
  const startedAt = performance.now();
  const latencyMs = (): number => Math.round(performance.now() - startedAt);
  const deadline = new Deadline(timeoutMs, request.signal);
  const { signal } = deadline;
  const { headers } = edits;
  let response: Response | undefined;
  let complete: Response | 'too large';
  try {
    response = await send({ method, target, headers, body, signal, trace: request.trace });
    complete = streams ? response : await buffered(response, method, host);
  } catch (error) {
    call.integration = { latencyMs: latencyMs() };
    if (request.signal.aborted) throw error;
    if (deadline.isExceeded)
      return reject(call, GATEWAY_ERRORS.timedOut, 'integration.timed-out', { timeoutMs });
    if (!(error instanceof BackendUnreachableError)) throw error;
    const { reason, place, detail } = error;
    const why = { reason, place, ...(detail !== undefined && { detail }) };
    return reject(call, GATEWAY_ERRORS.networkError, 'integration.unreachable', why);
  } finally {
    if (streams) deadline.lift();
    else deadline.clear();
  }
  const { status } = response;
  call.integration = { status, latencyMs: latencyMs() };
  if (complete !== 'too large') return complete;
  const limit = { status, maxBytes: MAX_BODY_BYTES };
  return reject(call, GATEWAY_ERRORS.internal, 'integration.response-too-large', limit);
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
