import { Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import type { Readable } from 'node:stream';
import { HeaderList } from './header-list';
import type { Response } from './message';

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

/** Connections to servers on this machine, kept alive. */
export class Upstream {
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: 64 });

  /**
   * Sends a request and resolves with the head of the response; its body is a stream.
   *
   * @throws what Node's HTTP client throws when the server cannot be reached or breaks off
   */
  send(host: string, port: number, request: UpstreamRequest): Promise<Response> {
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest({
        agent: this.#agent,
        host,
        port,
        method: request.method,
        path: request.target,
        headers: request.headers.toRaw(),
        signal: request.signal,
        setHost: false,
      });
      outgoing.once('error', reject);
      outgoing.once('response', (response: IncomingMessage) => {
        resolve({
          status: response.statusCode ?? 502,
          headers: HeaderList.fromRaw(response.rawHeaders),
          body: response,
        });
      });
      if (request.body === undefined || Buffer.isBuffer(request.body)) outgoing.end(request.body);
      else request.body.pipe(outgoing);
    });
  }

  /** Drops every connection. */
  close(): void {
    this.#agent.destroy();
  }
}
