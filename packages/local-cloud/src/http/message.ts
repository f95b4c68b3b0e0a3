import type { Readable } from 'node:stream';
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

/** A header field that a service set or took away, and what made it do so. */
export interface HeaderChange {
  readonly on: 'request' | 'response';
  readonly op: 'set' | 'removed';
  readonly name: string;
  /** As sent; absent when removed, and never a token: see {@link HopDetails.token}. */
  readonly value?: string;
  /** E.g. `response headers policy SiteHeaders`. */
  readonly by: string;
}

/** What can be opened below a hop's sentence. */
export interface HopDetails {
  /** Names and values in words, e.g. `{ 'Cache key': '/index.html, br' }`. */
  readonly facts?: Readonly<Record<string, string>>;
  readonly headers?: readonly HeaderChange[];
  /** A token decoded, without its signature. */
  readonly token?: { readonly header: object; readonly claims: object };
}

/** What one service did with a request, in a sentence. */
export interface Hop {
  readonly service: string;
  readonly note: string;
  /** Milliseconds since the request came in. */
  readonly atMs: number;
  readonly details: HopDetails;
}

/** The hops of one request, in order. */
export class Trace {
  readonly hops: Hop[] = [];
  /** Ids by which a container's log line can be told to belong to this request, e.g. a trace id. */
  readonly ids: string[] = [];
  readonly #startedAt = performance.now();

  /** Milliseconds since the request came in. */
  get elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  add(service: string, note: string, details: HopDetails = {}): void {
    this.hops.push({ service, note, atMs: this.elapsedMs, details });
  }
}

/** Path and query as they stand in a request line. */
export function requestTarget(path: string, query: string): string {
  return query === '' ? path : `${path}?${query}`;
}
