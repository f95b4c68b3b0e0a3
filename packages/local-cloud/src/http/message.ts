import type { Readable } from 'node:stream';
import type { Trace } from '../trace/trace';
import type { HeaderList } from './header-list';

/** An HTTP request; each service passes on a changed copy. */
export interface Request {
  readonly method: string;
  /** Protocol of the viewer; without `--https`, plain HTTP on this machine counts as `https`. */
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
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
  /** Events of each service, for the log and the console. */
  readonly trace: Trace;
}

/** An HTTP response. */
export interface Response {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Readable | Buffer | undefined;
}

/** Answers a request. An error it throws is a fault of the local cloud, answered with 500. */
export type RequestHandler = (request: Request) => Promise<Response>;

/** Returns path and query as a request line contains them. */
export function requestTarget(path: string, query: string): string {
  return query === '' ? path : `${path}?${query}`;
}
