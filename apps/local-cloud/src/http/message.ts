import type { Readable } from 'node:stream';
import type { HeaderList } from './header-list';

/** A request on its way through the services; each hands on a changed copy. */
export interface Request {
  readonly method: string;
  /** Path as received, percent-encoding untouched, without query. */
  readonly path: string;
  /** Query as received, without `?`; empty when there is none. */
  readonly query: string;
  readonly headers: HeaderList;
  /** `undefined` when the request has no body. */
  readonly body: Readable | undefined;
  /** Address of the peer that sent it. */
  readonly clientIp: string;
  /** Aborted when nobody waits for the response any more. */
  readonly signal: AbortSignal;
  /** What each service did with the request, for the log and the console. */
  readonly trace: Trace;
}

/** A response on its way back. */
export interface Response {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Readable | Buffer | undefined;
}

/** Answers a request; what it throws is a fault of this program. */
export type Handler = (request: Request) => Promise<Response>;

/** What one service did with a request, in a sentence. */
export interface Hop {
  readonly service: string;
  readonly note: string;
}

/** The hops of one request, in order. */
export class Trace {
  readonly hops: Hop[] = [];

  add(service: string, note: string): void {
    this.hops.push({ service, note });
  }
}

/** Path and query as they stand in a request line. */
export function requestTarget(path: string, query: string): string {
  return query === '' ? path : `${path}?${query}`;
}
