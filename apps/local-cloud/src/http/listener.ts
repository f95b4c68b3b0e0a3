import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { Logger } from 'pino';
import { PortInUseError } from '../errors';
import { HeaderList } from './header-list';
import { type Handler, type Request, type Response, Trace } from './message';

const LOOPBACK = '127.0.0.1';

/** A server that listens; requests wait until somebody answers them. */
export interface Listener {
  readonly port: number;
  /** `http://localhost:<port>` */
  readonly origin: string;
  /** From now on, and for requests that waited, `answer` is called. */
  serve(answer: (request: IncomingMessage, response: ServerResponse) => void): void;
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
  let answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  const waiting: [IncomingMessage, ServerResponse][] = [];
  const server = createServer({ keepAliveTimeout: 65_000, maxHeaderSize: 65_536 }, (request, response) => {
    if (answer) answer(request, response);
    else waiting.push([request, response]);
  });
  await opened(server, port, flag);
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    origin: `http://localhost:${address.port}`,
    serve(next) {
      answer = next;
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

function toRequest(message: IncomingMessage, signal: AbortSignal): Request {
  const target = message.url ?? '/';
  const mark = target.indexOf('?');
  const hasBody =
    message.headers['transfer-encoding'] !== undefined || Number(message.headers['content-length']) > 0;
  return {
    method: message.method ?? 'GET',
    protocol: 'https',
    httpVersion: message.httpVersion,
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? '' : target.slice(mark + 1),
    headers: HeaderList.fromRaw(message.rawHeaders),
    body: hasBody ? message : undefined,
    clientIp: message.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '',
    signal,
    trace: new Trace(),
  };
}

async function send(result: Response, response: ServerResponse): Promise<void> {
  response.sendDate = false;
  response.writeHead(result.status, result.headers.toRaw());
  if (result.body === undefined || Buffer.isBuffer(result.body)) response.end(result.body);
  else await pipeline(result.body, response);
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
): (message: IncomingMessage, response: ServerResponse) => void {
  return (message, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const request = toRequest(message, gone.signal);
    const startedAt = performance.now();
    handler(request)
      .then(async (result) => {
        await send(result, response);
        onAnswered(request, result.status, performance.now() - startedAt);
      })
      .catch((error: unknown) => {
        if (gone.signal.aborted) return;
        log.error(
          { err: error, method: request.method, path: request.path },
          'request failed inside the local cloud',
        );
        if (response.headersSent) response.destroy();
        else
          response
            .writeHead(500, { 'content-type': 'text/plain' })
            .end('The local cloud failed; see its log.\n');
      });
  };
}
