import type { Readable } from 'node:stream';
import type { Trace } from '../trace/trace';
import type { HeaderList } from './header-list';

/** A request on its way through the services; each hands on a changed copy. */
export interface Request {
  readonly method: string;
  /** What the viewer speaks; plain HTTP on this machine stands for `https` unless HTTPS is switched on. */
  readonly protocol: 'http' | 'https';
  /** E.g. `1.1`. */
  readonly httpVersion: string;
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

/** Path and query as a request line has them. */
export function requestTarget(path: string, query: string): string {
  return query === '' ? path : `${path}?${query}`;
}
