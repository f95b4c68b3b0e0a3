import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request } from '../http/message';
import type { Hop } from '../trace/trace';
import { HeaderList } from '../http/header-list';
import type { Answer } from '../http/request-listener';
import { record, traceOf } from '../services/cognito/pipeline/request';
import type { HeaderField, Message } from './message-view';
import { cookieNames, queryNames, redactHeader, redactText } from './redaction';

const KEPT = 200;

/** Limit for paths, headers and event data, which may be long. */
const KEPT_CHARACTERS = 4_000_000;

export type EntryPoint = 'distribution' | 'execute-api' | 'function-url' | 'invoke-api' | 'sign-in';

/** A completed request, without tokens, cookie values and query values. */
export interface AnsweredRequest {
  readonly id: number;
  /** ISO 8601, by the machine's clock. */
  readonly at: string;
  readonly via: EntryPoint;
  /** Logical id of the distribution or API that received it; `undefined` for sign-in and the Invoke API. */
  readonly owner: string | undefined;
  readonly method: string;
  /** Without query: that may hold a code. */
  readonly path: string;
  readonly queryNames: readonly string[];
  readonly cookieNames: readonly string[];
  readonly status: number;
  readonly durationMs: number;
  readonly request: Message;
  readonly response: Message;
  readonly hops: readonly Hop[];
  /** See {@link Trace.ids}. */
  readonly traceIds: readonly string[];
  /** Labels of the faults that were active. */
  readonly switches: readonly string[];
  /** How far the local cloud's clock was ahead. */
  readonly clockOffsetMs: number;
}

type CloudState = Pick<AnsweredRequest, 'switches' | 'clockOffsetMs'>;

/** The parts of a request that are logged. */
export type LoggedRequest = Pick<Request, 'method' | 'path' | 'query' | 'headers' | 'trace'>;

/** The response to a logged request; without bodies for sign-in. */
export type LoggedAnswer = Pick<Answer, 'status' | 'headers' | 'durationMs'> &
  Partial<Pick<Answer, 'requestBody' | 'responseBody'>>;

function withoutSecrets(headers: HeaderList): HeaderField[] {
  return [...headers].map(([name, value]) => [redactText(name), redactHeader(name, value)]);
}

/** Estimates the size of a stored request, in characters. */
function sizeOf({ path, hops, request, response }: AnsweredRequest): number {
  const headers = hops.flatMap(({ details }) => details.headers ?? []);
  return (
    path.length +
    [request, response].reduce((sum, { body }) => sum + (body?.bytes.length ?? 0), 0) +
    [...request.headers, ...response.headers].reduce(
      (sum, [name, value]) => sum + name.length + value.length,
      0,
    ) +
    hops.reduce((sum, hop) => sum + JSON.stringify(hop.data).length, 0) +
    headers.reduce((sum, { name, value = '' }) => sum + name.length + value.length, 0)
  );
}

/** Stores the last requests, newest first: at most 200, fewer when they are large. */
export class RequestLog {
  readonly #requests: AnsweredRequest[] = [];
  readonly #sizes: number[] = [];
  #characters = 0;
  readonly #listeners = new Set<(change: AnsweredRequest | 'cleared') => void>();
  readonly #cloudState: () => CloudState;
  #lastId = 0;

  /** @param cloudState returns the current state */
  constructor(cloudState: () => CloudState = () => ({ switches: [], clockOffsetMs: 0 })) {
    this.#cloudState = cloudState;
  }

  add(via: EntryPoint, request: LoggedRequest, answer: LoggedAnswer, owner?: string): AnsweredRequest {
    const answered: AnsweredRequest = {
      id: (this.#lastId += 1),
      at: new Date().toISOString(),
      via,
      owner,
      method: request.method,
      path: redactText(request.path),
      queryNames: queryNames(request.query),
      cookieNames: cookieNames(request.headers.get('cookie')),
      status: answer.status,
      durationMs: Math.round(answer.durationMs * 10) / 10,
      request: { headers: withoutSecrets(request.headers), body: answer.requestBody },
      response: { headers: withoutSecrets(answer.headers), body: answer.responseBody },
      hops: request.trace.hops,
      traceIds: request.trace.ids,
      ...this.#cloudState(),
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

  /** @returns a function that removes the listener */
  onChange(listener: (change: AnsweredRequest | 'cleared') => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

type Serve = (request: IncomingMessage, response: ServerResponse) => void;

/** Serves Cognito, which takes Node's messages as oidc-provider does, and reports each request when it is answered. */
export function observeSignIn(
  serve: Serve,
  onAnswered: (request: LoggedRequest, answer: LoggedAnswer) => void,
): Serve {
  return (message, response) => {
    const startedAt = performance.now();
    const [path = '/', ...query] = (message.url ?? '/').split('?');
    const request: LoggedRequest = {
      method: message.method ?? 'GET',
      path,
      query: query.join('?'),
      headers: HeaderList.fromRaw(message.rawHeaders),
      trace: traceOf(message),
    };
    response.once('finish', () => {
      const location = response.getHeader('location');
      if (typeof location === 'string') {
        const [, error] = /[?&]error=([\w.-]{1,60})(?:&|$)/.exec(location) ?? [];
        record(message, 'redirect.sent', { location: redactHeader('location', location), error });
      } else if (request.trace.hops.length === 0) {
        record(message, 'response.sent', { status: response.statusCode });
      }
      onAnswered(request, {
        status: response.statusCode,
        headers: sentHeaders(response),
        durationMs: performance.now() - startedAt,
      });
    });
    serve(message, response);
  };
}

function sentHeaders(response: ServerResponse): HeaderList {
  return new HeaderList(
    Object.entries(response.getHeaders()).flatMap(([name, value = '']) =>
      [value].flat().map((each) => [name, String(each)] as const),
    ),
  );
}
