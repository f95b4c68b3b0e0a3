import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Logger } from 'pino';
import { Trace } from '../trace/trace';
import { HeaderList } from './header-list';
import type { Request, RequestHandler, Response } from './message';
import { RecordedBody } from './recorded-body';

/** A response that was sent, with the recorded bodies of both messages. */
export interface Answer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly durationMs: number;
  readonly requestBody: RecordedBody;
  readonly responseBody: RecordedBody;
}

/** Plain HTTP connections to a port with TLS; on other ports plain HTTP counts as HTTPS. */
export const plainConnections = new WeakSet<Socket>();

/** How long, and how many bytes, a peer may keep sending after its response. */
const LINGER_MS = 5_000;
const LINGER_BYTES = 32 * 1024 * 1024;

/**
 * Reads and discards the rest of a request. Wait for it before you close a connection: closing with unread bytes resets
 * the connection, and the peer may lose a response that it has not read yet.
 */
export function readOut(message: IncomingMessage): Promise<void> {
  if (message.complete || message.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let bytes = 0;
    const count = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > LINGER_BYTES) done();
    };
    const timer = setTimeout(() => done(), LINGER_MS);
    const done = (): void => {
      clearTimeout(timer);
      message.off('data', count).off('end', done).off('close', done);
      resolve();
    };
    // An earlier reader may have paused it.
    message.on('data', count).once('end', done).once('close', done).resume();
  });
}

function toRequest(message: IncomingMessage, signal: AbortSignal): Request {
  const { target, host } = originForm(message.url ?? '/');
  const mark = target.indexOf('?');
  const headers = HeaderList.fromRaw(message.rawHeaders);
  if (host !== undefined) headers.set('Host', host);
  const hasBody =
    message.headers['transfer-encoding'] !== undefined || Number(message.headers['content-length']) > 0;
  return {
    method: message.method ?? 'GET',
    protocol: plainConnections.has(message.socket) ? 'http' : 'https',
    httpVersion: message.httpVersion,
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? '' : target.slice(mark + 1),
    headers,
    body: hasBody ? message : undefined,
    clientIp: message.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '',
    signal,
    trace: new Trace(),
  };
}

/** A request target with scheme and host, as proxies receive it, overrides `Host` (RFC 9112, section 3.2.2). */
function originForm(target: string): { target: string; host?: string } {
  const [, host, rest = ''] = /^https?:\/\/([^/?#]+)(.*)$/is.exec(target) ?? [];
  return host === undefined ? { target } : { target: rest.startsWith('/') ? rest : `/${rest}`, host };
}

async function send(
  result: Response,
  message: IncomingMessage,
  response: ServerResponse,
  recorded: RecordedBody,
): Promise<void> {
  const { status, headers, body } = result;
  response.sendDate = false;
  const hasNoBody = message.method === 'HEAD' || status === 204 || status === 304;
  try {
    response.writeHead(status, headers.toRaw());
  } catch (error) {
    if (body instanceof Readable) body.destroy();
    throw error;
  }
  const isLast = !response.shouldKeepAlive || headers.get('connection')?.toLowerCase() === 'close';
  const lingers = isLast && !message.complete;
  if (body instanceof Readable && !hasNoBody) {
    body.on('data', (chunk: Buffer) => recorded.add(chunk, headers));
    await pipeline(body, response, { end: !lingers });
  } else {
    if (body instanceof Readable) body.destroy();
    const bytes = Buffer.isBuffer(body) && !hasNoBody ? body : undefined;
    if (bytes) recorded.add(bytes, headers);
    if (!lingers) response.end(bytes);
    else if (bytes) response.write(bytes);
    else response.flushHeaders();
  }
  if (!lingers) return;
  await readOut(message);
  response.end();
}

/** Returns the request listener that answers with a {@link RequestHandler}, and calls `onAnswered` after each response. */
export function answerWith(
  handler: RequestHandler,
  log: Logger,
  onAnswered: (request: Request, answer: Answer) => void,
): RequestListener {
  return (message, response) => {
    const gone = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    const request = toRequest(message, gone.signal);
    const startedAt = performance.now();
    const bodies = { requestBody: new RecordedBody(), responseBody: new RecordedBody() };
    const report = (status: number, headers: HeaderList): void =>
      onAnswered(request, { status, headers, durationMs: performance.now() - startedAt, ...bodies });
    // Paused: a listener must not start the stream before its reader does.
    request.body?.pause().on('data', (chunk: Buffer) => bodies.requestBody.add(chunk, request.headers));
    handler(request)
      .then(async (result) => {
        // The handler has not read the body, for example of a call without a token: record it all the same.
        if (message.readableFlowing === false && !message.readableDidRead) message.resume();
        await send(result, message, response, bodies.responseBody);
        report(result.status, result.headers);
      })
      .catch((error: unknown) => {
        const hasStarted = response.headersSent;
        if (gone.signal.aborted && (!hasStarted || isClientGone(error))) return;
        log.error(
          { err: error, method: request.method, path: request.path },
          hasStarted ? 'a response broke off in the middle' : 'a request failed inside the local cloud',
        );
        request.trace.add('http', hasStarted ? 'response.broken-off' : 'request.failed', {
          message: error instanceof Error ? error.message : String(error),
        });
        if (hasStarted || response.destroyed) response.destroy();
        else
          response
            .writeHead(500, { 'content-type': 'text/plain' })
            .end('The local cloud failed; see its log.\n');
        report(response.statusCode, new HeaderList());
      });
  };
}

/** Tells whether an error only means that the client has gone. */
function isClientGone(error: unknown): boolean {
  const { name, code } = error as { readonly name?: string; readonly code?: string };
  return name === 'AbortError' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}

const MAX_WAIT_MS = 30_000;

/** Counts in-flight requests, so that their handler can be closed after the last one. */
export class Draining {
  #inFlight = 0;
  #onIdle: (() => void) | undefined;

  counted(listener: RequestListener): RequestListener {
    return (request, response) => {
      this.#inFlight++;
      response.once('close', () => {
        this.#inFlight--;
        if (this.#inFlight === 0) this.#onIdle?.();
      });
      listener(request, response);
    };
  }

  /** Resolves when no request is in flight, after 30 s, or when the signal is aborted. */
  async idle(signal: AbortSignal): Promise<void> {
    if (this.#inFlight === 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, MAX_WAIT_MS);
      timer.unref();
      this.#onIdle = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}
