import type { IncomingHttpHeaders } from 'node:http';

const TRACE_PARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-|$)/;
const XRAY_ROOT = /(?:^|;)\s*Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)/;

/** The traces a request is part of, as far as it says so in a well-formed way. */
export interface TraceContext {
  /** 32 hex digits of `traceparent` (W3C Trace Context). */
  readonly traceId?: string;
  /** `1-{8 hex digits}-{24}`: `Root` of `X-Amzn-Trace-Id` (AWS X-Ray). */
  readonly xrayTraceId?: string;
}

/** Reads the ids of traces from the headers of a request. */
export function traceContextOf(headers: IncomingHttpHeaders): TraceContext {
  const { traceparent } = headers;
  const traceId = typeof traceparent === 'string' ? TRACE_PARENT.exec(traceparent)?.[1] : undefined;
  const amzn = headers['x-amzn-trace-id'];
  const xrayTraceId = typeof amzn === 'string' ? XRAY_ROOT.exec(amzn)?.[1] : undefined;
  return {
    ...(traceId === undefined ? {} : { traceId }),
    ...(xrayTraceId === undefined ? {} : { xrayTraceId }),
  };
}
