import { addAbortSignal, Readable } from 'node:stream';
import { Trace } from '../trace/trace';
import type { HeaderList } from './header-list';
import type { Request, RequestHandler } from './message';
import { RecordedBody } from './recorded-body';
import type { Answer } from './request-listener';

/** A request without a connection: its headers must be complete. */
export interface OutgoingRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: HeaderList;
  readonly body: Buffer | undefined;
}

const TIMEOUT_MS = 60_000;

/** Calls a handler as its listener does for a client on this machine. No request leaves for a host that a client chose. */
export async function callDirectly(
  handler: RequestHandler,
  { method, target, headers, body }: OutgoingRequest,
): Promise<{ readonly request: Request; readonly answer: Answer }> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const mark = target.indexOf('?');
  const request: Request = {
    method,
    protocol: 'https',
    httpVersion: '1.1',
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? '' : target.slice(mark + 1),
    headers,
    body: body && Readable.from([body]),
    clientIp: '127.0.0.1',
    signal,
    trace: new Trace(),
  };
  const [requestBody, responseBody] = [new RecordedBody(), new RecordedBody()];
  if (body) requestBody.add(body, headers);
  const startedAt = performance.now();
  const response = await handler(request);
  if (Buffer.isBuffer(response.body)) responseBody.add(response.body, response.headers);
  else if (response.body) {
    for await (const chunk of addAbortSignal(signal, response.body)) {
      responseBody.add(chunk as Buffer, response.headers);
    }
  }
  const durationMs = performance.now() - startedAt;
  return {
    request,
    answer: { status: response.status, headers: response.headers, durationMs, requestBody, responseBody },
  };
}
