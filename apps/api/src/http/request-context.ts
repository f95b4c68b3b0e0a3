import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

/** Calls the next middleware, or the error handler if there is an error. */
export type Next = (error?: unknown) => void;

/**
 * Express middleware that gets Node's own request and response. An Express app would replace their prototypes, which takes
 * as much time as all middleware together.
 */
export type Middleware = (request: IncomingMessage, response: ServerResponse, next: Next) => unknown;

/** The user who sent a request. */
export interface Caller {
  /** Cognito's id of the user, never a name or an email address. */
  readonly sub: string;
}

/** Data about a request, for handlers, log and metrics. */
export interface RequestContext {
  readonly requestId: string;
  /** Path as sent, without the stage prefix. */
  path: string;
  /** Query string without the `?`; empty if there is none. */
  readonly search: string;
  /** Path pattern of the route, such as `/api/greetings/{id}`; undefined if no route has this path. */
  route?: `/${string}`;
  /** Undefined on routes that need no token. */
  caller?: Caller;
  /** The error that was sent as response. */
  error?: unknown;
}

const CONTEXT = Symbol('context');

/** Returns the context of the request that `response` belongs to. */
export function contextOf(response: ServerResponse & { [CONTEXT]?: RequestContext }): RequestContext {
  return (response[CONTEXT] ??= {
    requestId: requestIdOf(response.req.headers),
    ...splitUrl(response.req.url ?? ''),
  });
}

/** Proxies may send an absolute URL (RFC 9112, section 3.2.2). */
function splitUrl(url: string): Pick<RequestContext, 'path' | 'search'> {
  if (!url.startsWith('/') && URL.canParse(url)) {
    const { pathname, search } = new URL(url);
    return { path: pathname, search: search.slice(1) };
  }
  const [path = '', ...search] = url.split('?');
  return { path, search: search.join('?') };
}

const REQUEST_ID = /^[\w-]{8,64}$/;

/**
 * Returns the id of a request: API Gateway's request id (`x-amzn-requestid`), else the root of the X-Ray trace
 * (`X-Amzn-Trace-Id: Root=1-…`), else a new UUID. Malformed headers are ignored.
 */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  const id = headers['x-amzn-requestid'];
  if (typeof id === 'string' && REQUEST_ID.test(id)) return id;
  return traceContextOf(headers).xrayTraceId ?? randomUUID();
}

const TRACE_PARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-|$)/;
const XRAY_ROOT = /(?:^|;)\s*Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)/;

/** The traces that a request belongs to. */
export interface TraceContext {
  /** 32 hex digits of `traceparent` (W3C Trace Context). */
  readonly traceId: string | undefined;
  /** `1-{8 hex digits}-{24 hex digits}`: `Root` of `X-Amzn-Trace-Id` (AWS X-Ray). */
  readonly xrayTraceId: string | undefined;
}

/** Reads the trace ids from the headers of a request. Malformed headers are ignored. */
export function traceContextOf(headers: IncomingHttpHeaders): TraceContext {
  return {
    traceId: firstGroup(TRACE_PARENT, headers['traceparent']),
    xrayTraceId: firstGroup(XRAY_ROOT, headers['x-amzn-trace-id']),
  };
}

function firstGroup(pattern: RegExp, value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? pattern.exec(value)?.[1] : undefined;
}
