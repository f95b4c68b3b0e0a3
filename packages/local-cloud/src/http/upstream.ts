import { Agent, type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import type { Readable } from 'node:stream';
import { CodedError } from '@spa-on-aws/cloudformation';
import { HeaderList } from './header-list';
import type { Response } from './message';

/** Higher than the limits of the services, so that the services decide. */
const MAX_HEAD_BYTES = 65_536;

interface UpstreamRequest {
  readonly method: string;
  readonly target: string;
  /** Sent unchanged, `Host` included. */
  readonly headers: HeaderList;
  readonly body: Readable | Buffer | undefined;
  readonly signal: AbortSignal;
}

/** Time limits for a server; none by default. */
interface UpstreamLimits {
  readonly connectTimeoutMs?: number;
  /** Longest time without data on the connection, before and during the response. */
  readonly idleTimeoutMs?: number;
}

export class UpstreamTimeoutError extends CodedError {
  constructor(readonly phase: 'connect' | 'idle') {
    super('ERR_UPSTREAM_TIMEOUT', phase === 'connect' ? 'connection timed out' : 'idle timeout exceeded');
  }
}

/** Keep-alive connections to servers on this machine. */
export class Upstream {
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: 64 });

  /**
   * Sends a request and resolves with the head of the response; its body is a stream. Sends it again when the server had closed
   * the idle connection, if the body can be repeated. @throws UpstreamTimeoutError, network errors of Node
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
        return await responseTo(outgoing, request, limits);
      } catch (error) {
        const isStale = outgoing.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET';
        const canRepeat = request.body === undefined || Buffer.isBuffer(request.body);
        if (!isStale || !canRepeat || request.signal.aborted) throw error;
      }
    }
  }

  close(): void {
    this.#agent.destroy();
  }
}

function responseTo(
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

/** @param isUnread tells whether received data waits to be read: then the client is slow, not the server */
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
