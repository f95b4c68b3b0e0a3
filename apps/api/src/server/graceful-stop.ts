import type { Server, ServerResponse } from 'node:http';

/** Responses of a server that are not complete, in the order of their requests. */
export class InFlightResponses implements Iterable<ServerResponse> {
  readonly #responses = new Set<ServerResponse>();
  /** Called with each response before the app gets it. */
  onStart: (response: ServerResponse) => void = () => undefined;
  /** Called when a response is complete, or its client closed the connection. */
  onEnd: () => void = () => undefined;

  /** Call it before the server gets its first request. */
  constructor(server: Server) {
    // The first listener, because headers must be set before the app sends them.
    server.prependListener('request', (_request, response) => {
      this.#responses.add(response);
      this.onStart(response);
      response.once('close', () => {
        this.#responses.delete(response);
        this.onEnd();
      });
    });
  }

  [Symbol.iterator](): Iterator<ServerResponse> {
    return this.#responses.values();
  }
}

/**
 * Stops a server without losing requests: closes idle connections, accepts no new ones, and completes the in-flight
 * responses with `Connection: close`.
 *
 * @param timeoutMs time to complete the in-flight responses; then their connections are closed
 * @param delay until it resolves, the server still accepts connections and requests; each response closes its connection,
 *   so that the client connects elsewhere
 * @returns false if connections were closed before their response was complete
 */
export async function stopGracefully(
  server: Server,
  inFlight: InFlightResponses,
  timeoutMs: number,
  delay?: Promise<void>,
): Promise<boolean> {
  inFlight.onStart = (response) => response.setHeader('Connection', 'close');
  for (const response of inFlight) {
    if (!response.headersSent) response.setHeader('Connection', 'close');
  }
  await delay;
  // Closes the connections of responses whose headers were sent before the stop.
  inFlight.onEnd = () => setImmediate(() => server.closeIdleConnections());
  return new Promise((resolve, reject) => {
    let isComplete = true;
    const timer = setTimeout(() => {
      isComplete = false;
      server.closeAllConnections();
    }, timeoutMs);
    server.close((error) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve(isComplete);
    });
  });
}
