import type { Hop, Request } from '../http/message';

const KEPT = 200;

/** A request that was answered. */
export interface AnsweredRequest {
  /** ISO 8601. */
  readonly at: string;
  /** Which door it came through. */
  readonly via: 'distribution' | 'execute-api';
  readonly method: string;
  /** Without query: that may hold a code. */
  readonly path: string;
  readonly status: number;
  readonly durationMs: number;
  readonly hops: readonly Hop[];
}

/** The last requests, newest first. */
export class RequestLog {
  readonly #requests: AnsweredRequest[] = [];

  add(via: AnsweredRequest['via'], request: Request, status: number, durationMs: number): AnsweredRequest {
    const answered: AnsweredRequest = {
      at: new Date().toISOString(),
      via,
      method: request.method,
      path: request.path,
      status,
      durationMs: Math.round(durationMs * 10) / 10,
      hops: request.trace.hops,
    };
    this.#requests.unshift(answered);
    this.#requests.length = Math.min(this.#requests.length, KEPT);
    return answered;
  }

  latest(): readonly AnsweredRequest[] {
    return this.#requests;
  }
}
