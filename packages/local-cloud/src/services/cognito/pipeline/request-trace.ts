import type { IncomingMessage } from 'node:http';
import { Trace } from '../../../trace/trace';

/** The name under which this service's hops stand in a trace. */
const SERVICE = 'Cognito';

const traces = new WeakMap<IncomingMessage, Trace>();

/** The trace of a request, which goes through oidc-provider as a bare message of Node's. */
export function traceOf(request: IncomingMessage): Trace {
  const trace = traces.get(request) ?? new Trace();
  traces.set(request, trace);
  return trace;
}

/** Adds what happened to a request, in a sentence without secrets. */
export function note(
  request: IncomingMessage,
  sentence: string,
  details?: Parameters<Trace['note']>[2],
): void {
  traceOf(request).note(SERVICE, sentence, details);
}
