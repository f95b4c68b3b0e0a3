import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { WireResponse } from '@spa-on-aws/local-cloud/contract';

/** A request as sent over the wire: nothing is normalized, followed or added except `Host` and `Content-Length`. */
export interface WireRequest {
  /** @default 'GET' */
  readonly method?: string;
  /** Origin, and the path and query of the request line. */
  readonly url: string;
  /** A list is sent as several fields. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
}

/**
 * Sends a request that Playwright's `request` would change, on a separate connection.
 *
 * @throws {Error} without a response
 */
export async function exchange({ method, url, headers, body }: WireRequest): Promise<WireResponse> {
  const { origin, protocol, hostname, port } = new URL(url);
  const { Agent, request } = protocol === 'https:' ? https : http;
  // Keep-alive until the response has arrived: otherwise a server may close while it still receives a large body.
  const agent = new Agent({ keepAlive: true });
  const outgoing = request({
    agent,
    method,
    hostname,
    port,
    path: url.slice(origin.length),
    headers: { ...headers, ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) },
    // No authority has signed the local certificate.
    rejectUnauthorized: hostname !== 'localhost',
  });
  // After its response, a server may stop reading the request. Without a response, `once` throws the error.
  outgoing.on('error', () => undefined);
  outgoing.end(body);
  try {
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    const fields = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
    return {
      status: incoming.statusCode ?? 0,
      headers: Object.fromEntries(fields) as Record<string, string>,
      body: await buffer(incoming),
    };
  } finally {
    agent.destroy();
  }
}
