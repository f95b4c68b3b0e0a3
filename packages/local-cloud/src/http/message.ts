import type { Readable } from 'node:stream';
import type { Trace } from '../trace/trace';
import type { HeaderList } from './header-list';

/** An HTTP request; each service passes on a changed copy. */
export interface Request {
  readonly method: string;
  /** Protocol of the viewer; without `--https`, plain HTTP on this machine counts as `https`. */
  readonly protocol: 'http' | 'https';
  readonly httpVersion: string;
  /** Path as received, percent-encoding untouched, without query. */
  readonly path: string;
  /** Query as received, without `?`; empty when there is none. */
  readonly query: string;
  readonly headers: HeaderList;
  /** `undefined` when the request has no body. */
  readonly body: Readable | undefined;
  readonly clientIp: string;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
  readonly trace: Trace;
}

export interface Response {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Readable | Buffer | undefined;
}

/** Answers a request. An error it throws is a fault of the local cloud, answered with 500. */
export type RequestHandler = (request: Request) => Promise<Response>;

export function requestTarget(path: string, query: string): string {
  return query === '' ? path : `${path}?${query}`;
}

/** Splits a query at `&`, and at `;` as API Gateway does (row AG-RT-10). */
export function splitQuery(query: string): string[] {
  return query.split(/[&;]/).filter((part) => part !== '');
}

/** Returns the values by decoded name, in order. */
export function queryParameters(query: string): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const part of splitQuery(query)) {
    const [name = '', value = ''] = splitOnce(part).map(decode);
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return values;
}

/** Splits `name=value` without decoding it. */
export function splitOnce(part: string): [name: string, value: string] {
  const mark = part.indexOf('=');
  return mark < 0 ? [part, ''] : [part.slice(0, mark), part.slice(mark + 1)];
}

/** Decodes a name or value; an invalid one stays as it is. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
