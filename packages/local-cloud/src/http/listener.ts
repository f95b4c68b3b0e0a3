import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  ServerResponse,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
  type Socket,
} from 'node:net';
import { PortInUseError } from '../errors';
import type { Certificate } from './certificate';
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

const LIMITS = {
  headersTimeout: 30_000,
  requestTimeout: 300_000,
  connectionsCheckingInterval: 5_000,
  /** Above the limits of the services, which respond to larger headers themselves. */
  maxHeaderSize: 65_536,
} as const;
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
  /** Sends all requests, those that waited included, to a request listener; `onFault` responds to invalid ones. */
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
 * Listens on the loopback addresses; port 0 = any free port. `flag` is named when the port is in use. Without `tls`, plain
 * HTTP counts as HTTPS. `keepAliveTimeout` is in milliseconds. @throws PortInUseError
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

const IPV4 = '127.0.0.1';
/** `localhost` may resolve to it too, if the machine has it. */
const IPV6 = '::1';
const MISSING_ADDRESS = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL']);
const MAX_ATTEMPTS = 20;

interface AcceptingPort {
  readonly port: number;
  close(): void;
}

/** Accepts connections on the loopback addresses, IPv4 and IPv6; port 0 = any free port. @throws PortInUseError */
export async function acceptConnections(
  port: number,
  flag: string,
  maxConnections: number,
  onConnection: (socket: Socket) => void,
): Promise<AcceptingPort> {
  for (let attempt = 1; ; attempt++) {
    const first = await listening(port, IPV4, onConnection).catch(nameInUse(port, flag));
    const { port: chosen } = first.address() as AddressInfo;
    const second = await listening(chosen, IPV6, onConnection).catch((error: NodeJS.ErrnoException) => error);
    if (second instanceof Error) {
      if (MISSING_ADDRESS.has(second.code ?? '')) return accepting(chosen, maxConnections, [first]);
      first.close();
      if (port === 0 && second.code === 'EADDRINUSE' && attempt < MAX_ATTEMPTS) continue;
      return nameInUse(port, flag)(second);
    }
    return accepting(chosen, maxConnections, [first, second]);
  }
}

function accepting(port: number, maxConnections: number, servers: readonly TcpServer[]): AcceptingPort {
  for (const server of servers) server.maxConnections = maxConnections;
  return { port, close: () => servers.forEach((server) => server.close()) };
}

function nameInUse(port: number, flag: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    throw error.code === 'EADDRINUSE' ? new PortInUseError(port, flag, error) : error;
  };
}

function listening(port: number, host: string, onConnection: (socket: Socket) => void): Promise<TcpServer> {
  return new Promise((resolve, reject) => {
    const server = createTcpServer({ noDelay: true }, onConnection);
    server.once('error', reject);
    server.listen({ port, host, ipv6Only: true }, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}
