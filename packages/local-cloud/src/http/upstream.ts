import { Agent, type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import type { Readable } from 'node:stream';
import { HeaderList } from './header-list';
import type { Response } from './message';

/** Above what any service lets through, so that the services decide. */
const MAX_HEAD_BYTES = 65_536;

/** A request as it is sent to a server on this machine. */
export interface UpstreamRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Sent as they are, `Host` included. */
  readonly headers: HeaderList;
  readonly body: Readable | Buffer | undefined;
  /** Aborted when nobody waits for the response any more. */
  readonly signal: AbortSignal;
}

/** How long a server may take; without limits for as long as it likes. */
export interface UpstreamLimits {
  readonly connectTimeoutMs?: number;
  /** How long nothing may move on the connection, before the response and in the middle of it. */
  readonly idleTimeoutMs?: number;
}

/** A server took longer than it may. */
export class UpstreamTimeoutError extends Error {
  constructor(readonly phase: 'connect' | 'idle') {
    super(phase === 'connect' ? 'no connection in time' : 'nothing came for too long');
  }
}

/** Connections to servers on this machine, kept alive. */
export class Upstream {
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: 64 });

  /**
   * Sends a request and resolves with the head of the response; its body is a stream.
   *
   * A connection that the server closed while it was idle is replaced, if nothing of the body is gone yet.
   *
   * @throws UpstreamTimeoutError, and what Node's HTTP client throws when the server cannot be reached or breaks off
   */
  async send(
    host: string,
    port: number,
    request: UpstreamRequest,
    limits: UpstreamLimits = {},
  ): Promise<Response> {
    for (;;) {
      const outgoing = httpRequest({
        agent: this.#agent,
        host,
        port,
        method: request.method,
        path: request.target,
        headers: request.headers.toRaw(),
        signal: request.signal,
        setHost: false,
        maxHeaderSize: MAX_HEAD_BYTES,
      });
      try {
        return await answerTo(outgoing, request, limits);
      } catch (error) {
        const isStale = outgoing.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET';
        const canRepeat = request.body === undefined || Buffer.isBuffer(request.body);
        if (!isStale || !canRepeat || request.signal.aborted) throw error;
      }
    }
  }

  /** Drops every connection. */
  close(): void {
    this.#agent.destroy();
  }
}

function answerTo(
  outgoing: ClientRequest,
  { body }: UpstreamRequest,
  limits: UpstreamLimits,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    outgoing.once('error', reject);
    let unread: IncomingMessage | undefined;
    outgoing.once('response', (response: IncomingMessage) => {
      unread = response;
      resolve({
        status: response.statusCode ?? 502,
        headers: HeaderList.fromRaw(response.rawHeaders),
        body: response,
      });
    });
    limitTime(outgoing, limits, () => (unread?.readableLength ?? 0) > 0);
    if (body === undefined || Buffer.isBuffer(body)) outgoing.end(body);
    else body.pipe(outgoing);
  });
}

/** @param isUnread whether something came that nobody has read: then it is not the server that is slow */
function limitTime(
  outgoing: ClientRequest,
  { connectTimeoutMs, idleTimeoutMs }: UpstreamLimits,
  isUnread: () => boolean,
): void {
  outgoing.once('socket', (socket) => {
    if (connectTimeoutMs !== undefined && socket.connecting) {
      const timer = setTimeout(() => outgoing.destroy(new UpstreamTimeoutError('connect')), connectTimeoutMs);
      socket.once('connect', () => clearTimeout(timer));
      socket.once('close', () => clearTimeout(timer));
    }
  });
  if (idleTimeoutMs !== undefined) {
    outgoing.setTimeout(idleTimeoutMs, () => {
      if (!isUnread()) outgoing.destroy(new UpstreamTimeoutError('idle'));
    });
  }
}
