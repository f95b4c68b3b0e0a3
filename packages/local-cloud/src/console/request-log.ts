import type { Request } from '../http/message';
import type { Hop } from '../trace/trace';
import { cookieNames, queryNames, redactText } from './redaction';

const KEPT = 200;

/** Of the texts that requests bring along: paths and headers may be long. */
const KEPT_CHARACTERS = 4_000_000;

/** The endpoint that received a request. */
export type EntryPoint = 'distribution' | 'execute-api' | 'sign-in';

/** A request that was answered. Holds no token, no cookie value and no value of the query. */
export interface AnsweredRequest {
  /** Counts up from 1. */
  readonly id: number;
  /** ISO 8601, by the machine's clock. */
  readonly at: string;
  readonly via: EntryPoint;
  /** Logical id of the distribution or API whose port it is, when there may be several. */
  readonly owner: string | undefined;
  readonly method: string;
  /** Without query: that may hold a code. */
  readonly path: string;
  /** Names of the query's parameters. */
  readonly queryNames: readonly string[];
  /** Names of the cookies that came with it. */
  readonly cookieNames: readonly string[];
  readonly status: number;
  readonly durationMs: number;
  readonly hops: readonly Hop[];
  /** See {@link Trace.ids}. */
  readonly traceIds: readonly string[];
  /** What was switched on at that moment, in words. */
  readonly switches: readonly string[];
  /** How far the cloud's clock was ahead at that moment. */
  readonly clockOffsetMs: number;
}

/** What else is so when a request is answered. */
export type Circumstances = Pick<AnsweredRequest, 'switches' | 'clockOffsetMs'>;

/** What the log takes of a request. */
export type LoggedRequest = Pick<Request, 'method' | 'path' | 'query' | 'headers' | 'trace'>;

/** Roughly what is kept of a request, in characters. */
function sizeOf({ path, hops }: AnsweredRequest): number {
  const headers = hops.flatMap(({ details }) => details.headers ?? []);
  return (
    path.length +
    hops.reduce((sum, hop) => sum + JSON.stringify(hop.data).length, 0) +
    headers.reduce((sum, { name, value = '' }) => sum + name.length + value.length, 0)
  );
}

/** The last requests, newest first: at most 200, fewer when they are large. */
export class RequestLog {
  readonly #requests: AnsweredRequest[] = [];
  /** Of each request as it was added. */
  readonly #sizes: number[] = [];
  #characters = 0;
  readonly #listeners = new Set<(change: AnsweredRequest | 'cleared') => void>();
  readonly #circumstances: () => Circumstances;
  #lastId = 0;

  /** @param circumstances as they are at this moment */
  constructor(circumstances: () => Circumstances = () => ({ switches: [], clockOffsetMs: 0 })) {
    this.#circumstances = circumstances;
  }

  add(
    via: EntryPoint,
    request: LoggedRequest,
    status: number,
    durationMs: number,
    owner?: string,
  ): AnsweredRequest {
    const answered: AnsweredRequest = {
      id: (this.#lastId += 1),
      at: new Date().toISOString(),
      via,
      owner,
      method: request.method,
      path: redactText(request.path),
      queryNames: queryNames(request.query),
      cookieNames: cookieNames(request.headers.get('cookie')),
      status,
      durationMs: Math.round(durationMs * 10) / 10,
      hops: request.trace.hops,
      traceIds: request.trace.ids,
      ...this.#circumstances(),
    };
    this.#requests.unshift(answered);
    this.#sizes.unshift(sizeOf(answered));
    this.#characters += this.#sizes[0] ?? 0;
    while (this.#requests.length > KEPT || this.#characters > KEPT_CHARACTERS) {
      this.#requests.pop();
      this.#characters -= this.#sizes.pop() ?? 0;
    }
    for (const listener of this.#listeners) listener(answered);
    return answered;
  }

  latest(): readonly AnsweredRequest[] {
    return this.#requests;
  }

  find(id: number): AnsweredRequest | undefined {
    return this.#requests.find((request) => request.id === id);
  }

  clear(): void {
    this.#requests.length = 0;
    this.#sizes.length = 0;
    this.#characters = 0;
    for (const listener of this.#listeners) listener('cleared');
  }

  /** @returns stops it */
  onChange(listener: (change: AnsweredRequest | 'cleared') => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
