import type { HopOf } from '../trace/trace';
import type { HopDescription } from './describe-hop';

/** Describes what a load balancer, or the container it forwarded to, did. */
export function describeElasticLoadBalancing(hop: HopOf<'elasticloadbalancing'>): HopDescription {
  const service = hop.event.startsWith('container.') ? 'Container' : 'Load balancer';
  return { service, sentence: sentenceOf(hop), facts: {} };
}

function sentenceOf(hop: HopOf<'elasticloadbalancing'>): string {
  switch (hop.event) {
    case 'request.forwarded': {
      const { targetGroup, targetPort, availableTargets } = hop.data;
      return `${decision(hop.data)} forwards to target group ${targetGroup}: port ${targetPort}, 1 of ${availableTargets}`;
    }
    case 'action.responded':
      return `${decision(hop.data)} responds with ${hop.data.status} (${hop.data.action})`;
    case 'target.none-healthy': {
      const forced = hop.data.forced ? ': the API is switched to down' : '';
      return `responds with 503: target group ${hop.data.targetGroup} has no healthy target${forced}`;
    }
    case 'target.timed-out':
      return `responds with 504: no response from port ${hop.data.targetPort} within the idle timeout of ${hop.data.timeoutMs / 1_000} s`;
    case 'target.connection-failed':
      return `responds with 502: the connection to port ${hop.data.targetPort} failed before a response (${hop.data.detail})`;
    case 'container.responded':
      return `responded with ${hop.data.status}`;
    case 'container.failure-forced':
      return 'responds with 500: the API is switched to failing';
  }
}

function decision({ listenerPort, rule }: { listenerPort: number; rule: number | undefined }): string {
  return rule === undefined
    ? `the default action of port ${listenerPort}`
    : `rule ${rule} of port ${listenerPort}`;
}
