import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Logger } from 'pino';
import type { Certificate } from './certificate';
import { HeaderList } from './header-list';
import { readOut } from './lingering-close';
import { acceptConnections } from './loopback';
import { type Handler, type Request, type Response } from './message';
import { Trace } from '../trace/trace';
import {
  answerFault,
  bareFaultAnswer,
  type FaultAnswer,
  faultIn,
  faultOf,
  type RequestFault,
} from './request-fault';

/** What keeps one client from taking everything: how slow, how many, how large. */
const LIMITS = {
  /** The head of a request has to be there by then. */
  headersTimeout: 30_000,
  /** All of a request has to be there by then. */
  requestTimeout: 300_000,
  connectionsCheckingInterval: 5_000,
  /** Above the limits of the services, which answer what is larger themselves. */
  maxHeaderSize: 65_536,
} as const;
/** How long a connection stays open for another request. */
const KEEP_ALIVE_MS = 65_000;
/** A connection on which nothing moves in either direction is cut after this. */
const IDLE_TIMEOUT_MS = 600_000;
const MAX_CONNECTIONS = 4_096;
const MAX_WAITING = 1_024;

/** Takes a request and sees to its response. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that listens; requests wait until somebody answers them. */
export interface Listener {
  readonly port: number;
  /** `http://localhost:<port>`, or `https` */
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

/** How a port is served over TLS. */
export interface Tls {
  readonly certificate: Certificate;
  /** What becomes of plain HTTP on the same port: answered as what it is, or not at all. */
  readonly plainHttp: 'answered' | 'refused';
}

/** First byte of a TLS connection: a handshake record. */
const TLS_HANDSHAKE = 22;

/** Connections of plain HTTP where HTTPS is served: elsewhere plain HTTP stands for HTTPS. */
const plainConnections = new WeakSet<Socket>();

/**
 * Listens on this machine only.
 *
 * @param port 0 = any free port
 * @param flag the flag that sets the port, for the message when it is taken
 * @param tls `undefined`: plain HTTP, which stands for HTTPS
 * @param keepAliveTimeout how long a connection stays open for another request, in milliseconds
 * @throws PortInUseError
 */
export async function listen(
  port: number,
  flag: string,
  tls?: Tls,
  keepAliveTimeout = KEEP_ALIVE_MS,
): Promise<Listener> {
  let answer: Answer | undefined;
  let onFault = bareFaultAnswer;
  const waiting: [IncomingMessage, ServerResponse][] = [];
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const fault = faultIn(request);
    if (fault) refuse(request, response, onFault(fault));
    else if (answer) answer(request, response);
    else if (waiting.length < MAX_WAITING) waiting.push([request, response]);
    else response.writeHead(503, { Connection: 'close' }).end();
  };
  const options = { ...LIMITS, keepAliveTimeout, requireHostHeader: false };
  const plain = createServer(options, onRequest);
  const secure = tls && createSecureServer({ ...options, ...tls.certificate }, onRequest);
  const servers = secure ? [plain, secure] : [plain];
  for (const server of servers) {
    guard(server, (fault) => onFault(fault));
    // What a server that accepts connections itself does to look after them.
    server.emit('listening');
  }
  const undecided = new Set<Socket>();
  const accepting = await acceptConnections(port, flag, MAX_CONNECTIONS, (socket) => {
    if (!secure) plain.emit('connection', socket);
    else decide(socket, undecided, secure, tls.plainHttp === 'answered' ? plain : undefined);
  });
  return {
    port: accepting.port,
    origin: `${tls ? 'https' : 'http'}://localhost:${accepting.port}`,
    serve(next, nextOnFault = bareFaultAnswer) {
      answer = next;
      onFault = nextOnFault;
      for (const [request, response] of waiting.splice(0)) next(request, response);
    },
    close: async () => {
      accepting.close();
      for (const socket of undecided) socket.destroy();
      await Promise.all(
        servers.map(
          (server) =>
            new Promise<void>((resolve) => {
              server.close(() => resolve());
              server.closeAllConnections();
            }),
        ),
      );
    },
  };
}

/** Looks at the first byte to tell TLS from plain HTTP. */
function decide(socket: Socket, undecided: Set<Socket>, secure: Server, plain: Server | undefined): void {
  undecided.add(socket);
  const giveUp = (): void => {
    socket.destroy();
  };
  socket.setTimeout(LIMITS.headersTimeout, giveUp);
  socket.once('error', giveUp);
  socket.once('close', () => undecided.delete(socket));
  socket.once('data', (first: Buffer) => {
    undecided.delete(socket);
    socket.setTimeout(0);
    socket.off('timeout', giveUp);
    socket.off('error', giveUp);
    socket.pause();
    socket.unshift(first);
    const server = first[0] === TLS_HANDSHAKE ? secure : plain;
    if (!server) return void socket.destroy();
    if (server === plain) plainConnections.add(socket);
    server.emit('connection', socket);
    process.nextTick(() => socket.resume());
  });
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: Response,
): void {
  response.sendDate = false;
  response.writeHead(status, headers.set('Connection', 'close').toRaw());
  if (Buffer.isBuffer(body)) response.write(body);
  else response.flushHeaders();
  void readOut(request).then(() => response.end());
}

/** Sees to what Node's server does not hand to anybody, or cuts without a word. */
function guard(server: Server, onFault: (fault: RequestFault) => Response): void {
  server.timeout = IDLE_TIMEOUT_MS;
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

/** A target with scheme and host, as proxies get it, says the host better than `Host` does (RFC 9112, section 3.2.2). */
function originForm(target: string): { target: string; host?: string } {
  const [, host, rest = ''] = /^https?:\/\/([^/?#]+)(.*)$/is.exec(target) ?? [];
  return host === undefined ? { target } : { target: rest.startsWith('/') ? rest : `/${rest}`, host };
}

async function send(result: Response, message: IncomingMessage, response: ServerResponse): Promise<void> {
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
    await pipeline(body, response, { end: !lingers });
  } else {
    if (body instanceof Readable) body.destroy();
    const bytes = Buffer.isBuffer(body) && !hasNoBody ? body : undefined;
    if (!lingers) response.end(bytes);
    else if (bytes) response.write(bytes);
    else response.flushHeaders();
  }
  if (!lingers) return;
  await readOut(message);
  response.end();
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
    response.once('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    const request = toRequest(message, gone.signal);
    const startedAt = performance.now();
    handler(request)
      .then(async (result) => {
        await send(result, message, response);
        onAnswered(request, result.status, performance.now() - startedAt);
      })
      .catch((error: unknown) => {
        const hasBegun = response.headersSent;
        if (gone.signal.aborted && (!hasBegun || isDeparture(error))) return;
        log.error(
          { err: error, method: request.method, path: request.path },
          hasBegun ? 'a response broke off in the middle' : 'request failed inside the local cloud',
        );
        request.trace.note(
          'Local cloud',
          hasBegun
            ? `the response broke off in the middle: ${(error as Error).message}`
            : 'failed inside; its log says more',
        );
        if (hasBegun || response.destroyed) response.destroy();
        else
          response
            .writeHead(500, { 'content-type': 'text/plain' })
            .end('The local cloud failed; see its log.\n');
        onAnswered(request, response.statusCode, performance.now() - startedAt);
      });
  };
}

/** What becomes of a response when the viewer leaves; anything else is worth a line in the log. */
function isDeparture(error: unknown): boolean {
  const { name, code } = error as { readonly name?: string; readonly code?: string };
  return name === 'AbortError' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}
