import type { Server, ServerResponse } from 'node:http';

/**
 * Prepares a server to be stopped without losing a request. Call it before the server takes its first one.
 *
 * The returned function stops the server: no new connection is taken, idle ones are closed, what is in flight is answered
 * with `Connection: close`. It resolves with `true` when all were answered, with `false` when connections were left after
 * `limitMs` and had to be cut.
 */
export function gracefulStop(server: Server): (limitMs: number) => Promise<boolean> {
  const inFlight = new Set<ServerResponse>();
  let stopping = false;

  // First of all listeners, so that the header is set before the app can send any.
  server.prependListener('request', (_request, response) => {
    if (stopping) response.setHeader('Connection', 'close');
    inFlight.add(response);
    response.once('close', () => {
      inFlight.delete(response);
      // An answer whose headers had left before the stop keeps its connection open.
      if (stopping) setImmediate(() => server.closeIdleConnections());
    });
  });

  return function stop(limitMs) {
    stopping = true;
    for (const response of inFlight) {
      if (!response.headersSent) response.setHeader('Connection', 'close');
    }
    return new Promise((resolve, reject) => {
      let complete = true;
      const limit = setTimeout(() => {
        complete = false;
        server.closeAllConnections();
      }, limitMs);
      server.close((error) => {
        clearTimeout(limit);
        if (error) reject(error);
        else resolve(complete);
      });
      server.closeIdleConnections();
    });
  };
}
