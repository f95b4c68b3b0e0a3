import type { Server, ServerResponse } from 'node:http';

/**
 * Stops a server.
 *
 * @param limitMs what is unanswered after that, from when no connection is taken any more, is cut
 * @param notBefore until this settles, connections and requests are still taken; each answer closes its connection, so
 *   that who comes again goes elsewhere
 * @returns `true` when all were answered, `false` when connections had to be cut
 */
export type Stop = (limitMs: number, notBefore?: Promise<void>) => Promise<boolean>;

/**
 * Prepares a server to be stopped without losing a request. Call it before the server takes its first one.
 *
 * The returned function stops the server: no new connection is taken, idle ones are closed, what is in flight is answered
 * with `Connection: close`.
 */
export function gracefulStop(server: Server): Stop {
  const inFlight = new Set<ServerResponse>();
  let stopping = false;
  let closing = false;

  // First of all listeners, so that the header is set before the app can send any.
  server.prependListener('request', (_request, response) => {
    if (stopping) response.setHeader('Connection', 'close');
    inFlight.add(response);
    response.once('close', () => {
      inFlight.delete(response);
      // An answer whose headers had left before the stop keeps its connection open.
      if (closing) setImmediate(() => server.closeIdleConnections());
    });
  });

  return async function stop(limitMs, notBefore) {
    stopping = true;
    for (const response of inFlight) {
      if (!response.headersSent) response.setHeader('Connection', 'close');
    }
    await notBefore;
    closing = true;
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
