/** The part of a listener that decided. `rule`: its priority; `undefined`: the default action. */
interface ListenerDecision {
  listenerPort: number;
  rule: number | undefined;
}

/** Events of Elastic Load Balancing: event name to its data. */
export interface ElasticLoadBalancingEvents {
  'request.forwarded': ListenerDecision & {
    targetGroup: string;
    targetPort: number;
    availableTargets: number;
  };
  /** Answers with the status: a fixed response or a redirect. */
  'action.responded': ListenerDecision & { action: 'fixed-response' | 'redirect'; status: number };
  /** Answers with 503. `forced`: the API was switched to `down` by hand. */
  'target.none-healthy': { targetGroup: string; forced: boolean };
  /** Answers with 504. */
  'target.timed-out': { targetPort: number; timeoutMs: number };
  /** Answers with 502. */
  'target.connection-failed': { targetPort: number; detail: string };
  'container.responded': { status: number };
  /** Answers with 500: the API was switched to `failing` by hand. */
  'container.failure-forced': object;
}
