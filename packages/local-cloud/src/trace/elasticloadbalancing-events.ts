/** Events of ElasticLoadBalancing: event name to its data. */
export interface ElasticLoadBalancingEvents {}
