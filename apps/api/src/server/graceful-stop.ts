import type { Server } from 'node:http';
import type { AnswersUnderWay } from './answers-under-way';

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
 * Prepares a server to be stopped without losing a request.
 *
 * The returned function stops the server: no new connection is taken, idle ones are closed, what is under way is answered
 * with `Connection: close`.
 */
export function gracefulStop(server: Server, underWay: AnswersUnderWay): Stop {
  return async function stop(limitMs, notBefore) {
    underWay.onBegin = (answer) => answer.setHeader('Connection', 'close');
    for (const answer of underWay) {
      if (!answer.headersSent) answer.setHeader('Connection', 'close');
    }
    await notBefore;
    // An answer whose headers had left before the stop keeps its connection open.
    underWay.onEnd = () => setImmediate(() => server.closeIdleConnections());
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
