import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** The answers that a server has begun to work on and that are not at their end, in the order in which they were asked for. */
export class AnswersUnderWay implements Iterable<ServerResponse> {
  readonly #answers = new Set<ServerResponse>();
  /** Called with each answer, before the app knows of it. */
  onBegin: (answer: ServerResponse) => void = () => undefined;
  /** Called when an answer is sent, or its client is gone. */
  onEnd: () => void = () => undefined;

  /** Watches a server that has not taken its first request yet. */
  constructor(server: Server) {
    // First of all listeners, so that headers can be set before the app sends any.
    server.prependListener('request', (_request, answer) => {
      this.#answers.add(answer);
      this.onBegin(answer);
      answer.once('close', () => {
        this.#answers.delete(answer);
        this.onEnd();
      });
    });
  }

  [Symbol.iterator](): Iterator<ServerResponse> {
    return this.#answers.values();
  }

  /** Those that go to this connection. */
  on(connection: Duplex): ServerResponse[] {
    return [...this.#answers].filter(({ req }) => req.socket === connection);
  }
}
