import type { ServerResponse } from 'node:http';
import { PROBLEM_CONTENT_TYPE, type Problem } from '@spa-on-aws/shared-types';
import { recordOf } from './request-record';

/** The header that gives every answer its request id. */
export const REQUEST_ID_HEADER = 'X-Request-Id';

/** Answers with JSON. */
export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  answer(response, status, 'application/json; charset=utf-8', JSON.stringify(value));
}

/** Answers with problem details, which have no charset (RFC 9457). */
export function answerProblem(
  response: ServerResponse,
  problem: Problem,
  headers: Readonly<Record<string, string>>,
): void {
  answer(response, problem.status, PROBLEM_CONTENT_TYPE, JSON.stringify(problem), headers);
}

/** Answers without a body. */
export function answerNothing(response: ServerResponse, status: number): void {
  response.writeHead(status, everyAnswer(response));
  response.end();
}

/**
 * Headers in one piece and the body as text, so that all of it is one write: this is most of what a small answer costs.
 * Nothing is worked out for caches, as no answer is kept by any.
 */
function answer(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    ...everyAnswer(response),
    ...headers,
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** What every answer has. */
function everyAnswer(response: ServerResponse): Record<string, string | number> {
  return { [REQUEST_ID_HEADER]: recordOf(response).requestId, 'Cache-Control': 'no-store' };
}
