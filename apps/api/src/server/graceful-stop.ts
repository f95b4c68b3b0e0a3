import type { Server } from 'node:http';
import type { InFlightResponses } from './in-flight-responses';

/**
 * Stops a server without losing requests: closes idle connections, accepts no new ones, and completes the in-flight
 * responses with `Connection: close`.
 *
 * @param timeoutMs time to complete the in-flight responses; then their connections are closed
 * @param delay until it resolves, the server still accepts connections and requests; each response closes its connection,
 *   so that the client connects elsewhere
 * @returns false if connections were closed before their response was complete
 */
export type Stop = (timeoutMs: number, delay?: Promise<void>) => Promise<boolean>;

/** Creates the function that stops a server. */
export function gracefulStop(server: Server, inFlight: InFlightResponses): Stop {
  return async function stop(timeoutMs, delay) {
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
  };
}
