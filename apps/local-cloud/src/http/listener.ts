import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Logger } from 'pino';
import { PortInUseError } from '../errors';
import { HeaderList } from './header-list';
import { type Handler, type Request, type Response, Trace } from './message';
import {
  answerFault,
  bareFaultAnswer,
  type FaultAnswer,
  faultIn,
  faultOf,
  type RequestFault,
} from './request-fault';

const LOOPBACK = '127.0.0.1';

/** What keeps one client from taking everything: how slow, how many, how large. */
const LIMITS = {
  /** The head of a request has to be there by then. */
  headersTimeout: 30_000,
  /** All of a request has to be there by then. */
  requestTimeout: 300_000,
  connectionsCheckingInterval: 5_000,
  keepAliveTimeout: 65_000,
  /** Above the limits of the services, which answer what is larger themselves. */
  maxHeaderSize: 65_536,
} as const;
/** A connection on which nothing moves in either direction is cut after this. */
const IDLE_TIMEOUT_MS = 600_000;
const MAX_CONNECTIONS = 4_096;
const MAX_WAITING = 1_024;

/** Takes a request and sees to its response. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that listens; requests wait until somebody answers them. */
export interface Listener {
  readonly port: number;
  /** `http://localhost:<port>` */
  readonly origin: string;
  /**
   * From now on, and for requests that waited, `answer` is called.
   *
   * @param onFault answers what is no request
   */
  serve(answer: Answer, onFault?: FaultAnswer): void;
  /** Stops listening and drops every connection. */
  close(): Promise<void>;
}

/**
 * Listens on this machine only.
 *
 * @param port 0 = any free port
 * @param flag the flag that sets the port, for the message when it is taken
 * @throws PortInUseError
 */
export async function listen(port: number, flag: string): Promise<Listener> {
  let answer: Answer | undefined;
  let onFault = bareFaultAnswer;
  const waiting: [IncomingMessage, ServerResponse][] = [];
  const server = createServer({ ...LIMITS, requireHostHeader: false }, (request, response) => {
    const fault = faultIn(request);
    if (fault) refuse(response, onFault(fault));
    else if (answer) answer(request, response);
    else if (waiting.length < MAX_WAITING) waiting.push([request, response]);
    else response.writeHead(503, { Connection: 'close' }).end();
  });
  guard(server, (fault) => onFault(fault));
  await opened(server, port, flag);
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    origin: `http://localhost:${address.port}`,
    serve(next, nextOnFault = bareFaultAnswer) {
      answer = next;
      onFault = nextOnFault;
      for (const [request, response] of waiting.splice(0)) next(request, response);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function opened(server: Server, port: number, flag: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(cause.code === 'EADDRINUSE' ? new PortInUseError(port, flag, cause) : cause);
    });
    server.listen(port, LOOPBACK, resolve);
  });
}

function refuse(response: ServerResponse, { status, headers, body }: Response): void {
  response.sendDate = false;
  response.writeHead(status, headers.set('Connection', 'close').toRaw());
  response.end(Buffer.isBuffer(body) ? body : undefined);
}

/** Sees to what Node's server does not hand to anybody, or cuts without a word. */
function guard(server: Server, onFault: (fault: RequestFault) => Response): void {
  server.timeout = IDLE_TIMEOUT_MS;
  server.maxConnections = MAX_CONNECTIONS;
  // The size of the head bounds them; a count would drop headers in silence.
  server.maxHeadersCount = 0;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || error.code === 'EPIPE') socket.destroy();
    else answerFault(socket, onFault(faultOf(error)));
  });
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.once('finish', () => socket.end());
    server.emit('request', request, response);
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
    protocol: 'https',
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

/** A target with scheme and host, as proxies get it, says the host better than `Host` does (RFC 9112, section 3.2.2). */
function originForm(target: string): { target: string; host?: string } {
  const [, host, rest = ''] = /^https?:\/\/([^/?#]+)(.*)$/is.exec(target) ?? [];
  return host === undefined ? { target } : { target: rest.startsWith('/') ? rest : `/${rest}`, host };
}

async function send(result: Response, method: string, response: ServerResponse): Promise<void> {
  response.sendDate = false;
  const hasNoBody = method === 'HEAD' || result.status === 204 || result.status === 304;
  try {
    response.writeHead(result.status, result.headers.toRaw());
  } catch (error) {
    if (result.body instanceof Readable) result.body.destroy();
    throw error;
  }
  if (result.body instanceof Readable && !hasNoBody) return pipeline(result.body, response);
  if (result.body instanceof Readable) result.body.destroy();
  response.end(Buffer.isBuffer(result.body) && !hasNoBody ? result.body : undefined);
}

/**
 * Turns a {@link Handler} into what a {@link Listener} serves.
 *
 * @param onAnswered called once a request was answered, with what happened to it and how long it took
 */
export function answerWith(
  handler: Handler,
  log: Logger,
  onAnswered: (request: Request, status: number, durationMs: number) => void,
): Answer {
  return (message, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const request = toRequest(message, gone.signal);
    const startedAt = performance.now();
    handler(request)
      .then(async (result) => {
        await send(result, request.method, response);
        onAnswered(request, result.status, performance.now() - startedAt);
      })
      .catch((error: unknown) => {
        if (gone.signal.aborted && isDeparture(error)) return;
        log.error(
          { err: error, method: request.method, path: request.path },
          'request failed inside the local cloud',
        );
        if (response.headersSent || response.destroyed) response.destroy();
        else
          response
            .writeHead(500, { 'content-type': 'text/plain' })
            .end('The local cloud failed; see its log.\n');
      });
  };
}

/** What becomes of streams and waits when the viewer leaves; anything else is worth a line in the log. */
function isDeparture(error: unknown): boolean {
  const { name, code } = error as { readonly name?: string; readonly code?: string };
  return (
    name === 'AbortError' ||
    code === 'ERR_STREAM_PREMATURE_CLOSE' ||
    code === 'ECONNRESET' ||
    code === 'EPIPE'
  );
}
