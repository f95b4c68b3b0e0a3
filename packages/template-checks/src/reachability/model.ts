import type { Template } from '@spa-on-aws/cloudformation';
import { addContainers } from './containers';
import { addDistributions, addGateways } from './gateways';
import { Graph } from './graph';
import { addLoadBalancers } from './load-balancers';
import { addNetwork, Members } from './network';
import { addFunctions, addOtherEntrances } from './other-entrances';
import { SecurityGroups } from './security-groups';

/** Reads off a template who can reach what. */
export function reachabilityOf(template: Template): Graph {
  const graph = new Graph();
  const members = new Members(graph, new SecurityGroups(template));
  addDistributions(graph, template);
  addGateways(graph, template, members);
  addLoadBalancers(graph, template, members);
  addContainers(graph, template, members);
  addFunctions(graph, template, members);
  addOtherEntrances(graph, template);
  addNetwork(graph, members);
  return graph;
}
