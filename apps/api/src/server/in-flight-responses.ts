import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

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

  on(connection: Duplex): ServerResponse[] {
    return [...this.#responses].filter(({ req }) => req.socket === connection);
  }
}
