import { Buffer } from 'node:buffer';
import { Agent as HttpAgent, type OutgoingHttpHeaders, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

const TIMEOUT_MS = 40_000;

/** A request as sent over the wire: nothing is normalized, followed or added except `Host`. */
export interface WireRequest {
  readonly method: string;
  /** E.g. `https://d111.cloudfront.net`. */
  readonly origin: string;
  /** Path and query of the request line. */
  readonly target: string;
  /** A list is sent as several fields. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
}

/** A response as received. */
export interface WireResponse {
  readonly status: number;
  /** By lower-case name; repeated fields joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * Sends one request on a separate connection.
 *
 * @throws {Error} without a response
 */
export function exchange({ method, origin, target, headers, body }: WireRequest): Promise<WireResponse> {
  const { protocol, hostname, port } = new URL(origin);
  const secure = protocol === 'https:';
  const send = secure ? httpsRequest : httpRequest;
  // Keep-alive until the response has arrived: otherwise a server may close while it still receives a large body.
  const agent = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const local = hostname === 'localhost';
  const answered = new Promise<WireResponse>((resolve, reject) => {
    const outgoing = send(
      {
        // No authority has signed the local certificate.
        ...(local && secure ? { rejectUnauthorized: false } : {}),
        host: hostname,
        port,
        method,
        path: target,
        headers: {
          ...(headers as OutgoingHttpHeaders),
          ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
        },
        agent,
        timeout: TIMEOUT_MS,
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.once('error', reject);
        incoming.once('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: Object.fromEntries(
              Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
            ),
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    let headSeen = false;
    outgoing.once('response', () => (headSeen = true));
    outgoing.once('timeout', () =>
      outgoing.destroy(new Error(`${method} ${origin}${target} got no response within ${TIMEOUT_MS} ms`)),
    );
    // A server may respond and stop reading the request.
    outgoing.on('error', (error) => {
      if (!headSeen) reject(error);
    });
    outgoing.end(body);
  });
  return answered.finally(() => agent.destroy());
}
