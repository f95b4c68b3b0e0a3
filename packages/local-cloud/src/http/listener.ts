import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  ServerResponse,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Certificate } from './certificate';
import { acceptConnections } from './loopback';
import type { Response } from './message';
import {
  bareFaultResponder,
  faultIn,
  faultOf,
  type FaultResponder,
  type RequestFault,
  respondToFault,
} from './request-fault';
import { plainConnections, readOut } from './request-listener';

/** Limits that keep one client from using all resources. */
const LIMITS = {
  headersTimeout: 30_000,
  requestTimeout: 300_000,
  connectionsCheckingInterval: 5_000,
  /** Above the limits of the services, which respond to larger headers themselves. */
  maxHeaderSize: 65_536,
} as const;
/** How long a connection stays open for another request. */
const KEEP_ALIVE_MS = 65_000;
/** A connection without data in either direction is closed after this. */
const IDLE_TIMEOUT_MS = 600_000;
const MAX_CONNECTIONS = 4_096;
const MAX_WAITING = 1_024;

/** A server that listens; requests wait until {@link Listener.serve} is called. */
export interface Listener {
  readonly port: number;
  /** `http://localhost:<port>`, or `https` */
  readonly origin: string;
  /**
   * Sends all requests, those that waited included, to a request listener.
   *
   * @param onFault responds to invalid requests
   */
  serve(onRequest: RequestListener, onFault?: FaultResponder): void;
  close(): Promise<void>;
}

export interface Tls {
  readonly certificate: Certificate;
  /** Plain HTTP on the same port is answered as such, or the connection is closed. */
  readonly plainHttp: 'answered' | 'refused';
}

/** First byte of a TLS connection: a handshake record. */
const TLS_HANDSHAKE = 22;

/**
 * Listens on the loopback addresses of this machine.
 *
 * @param port 0 = any free port
 * @param flag that sets the port, for the message when it is in use
 * @param tls `undefined`: plain HTTP, which counts as HTTPS
 * @param keepAliveTimeout how long a connection stays open for another request, in milliseconds
 * @throws PortInUseError
 */
export async function listen(
  port: number,
  flag: string,
  tls?: Tls,
  keepAliveTimeout = KEEP_ALIVE_MS,
): Promise<Listener> {
  let serving: RequestListener | undefined;
  let onFault = bareFaultResponder;
  const waiting: [IncomingMessage, ServerResponse][] = [];
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const fault = faultIn(request);
    if (fault) reject(request, response, onFault(fault));
    else if (serving) serving(request, response);
    else if (waiting.length < MAX_WAITING) waiting.push([request, response]);
    else response.writeHead(503, { Connection: 'close' }).end();
  };
  const options = { ...LIMITS, keepAliveTimeout, requireHostHeader: false };
  const plain = createServer(options, onRequest);
  const secure = tls && createSecureServer({ ...options, ...tls.certificate }, onRequest);
  const servers = secure ? [plain, secure] : [plain];
  for (const server of servers) {
    guard(server, (fault) => onFault(fault));
    // Starts the timeouts that a server starts when it accepts connections itself.
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
    serve(next, nextOnFault = bareFaultResponder) {
      serving = next;
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

/** Tells TLS from plain HTTP by the first byte. */
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

function reject(
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

/** Handles connections and errors that Node's server closes without a response. */
function guard(server: Server, onFault: (fault: RequestFault) => Response): void {
  server.timeout = IDLE_TIMEOUT_MS;
  // Their size is limited; a limit on their number would drop headers silently.
  server.maxHeadersCount = 0;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || error.code === 'EPIPE') socket.destroy();
    else respondToFault(socket, onFault(faultOf(error)));
  });
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.once('finish', () => socket.end());
    server.emit('request', request, response);
  });
}
