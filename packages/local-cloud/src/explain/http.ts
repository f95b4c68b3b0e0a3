import type { Hop } from '../trace/trace';
import type { HopDescription } from './describe-hop';

/** Describes what the HTTP listener did. */
export function describeHttp(hop: Extract<Hop, { service: 'http' }>): HopDescription {
  const sentence =
    hop.event === 'request.failed'
      ? 'an internal error: see the log of the local cloud'
      : `the response broke off in the middle: ${hop.data.message}`;
  return { service: 'Local cloud', sentence, facts: {} };
}
