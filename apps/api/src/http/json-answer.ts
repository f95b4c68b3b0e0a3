import type { ServerResponse } from 'node:http';

/** Answers with JSON, as it is: without what Express's `json` would work out about caches, since nothing is cached. */
export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  // As text: Node sends headers and text as one piece, and a buffer as a second one.
  const body = JSON.stringify(value);
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}
