import type { Template } from '../template/template';
import { addContainers } from './containers';
import { addDistributions, addGateways } from './gateways';
import { Graph } from './graph';
import { addLoadBalancers } from './load-balancers';
import { addNetwork } from './network';
import { addFunctions, addOtherEntrances } from './other-entrances';
import { SecurityGroups } from './security-groups';

/** Reads off a template who can reach what. */
export function reachabilityOf(template: Template): Graph {
  const graph = new Graph();
  const groups = new SecurityGroups(template);
  addDistributions(graph, template);
  addGateways(graph, template, groups);
  addNetwork(graph, groups);
  addLoadBalancers(graph, template, groups);
  addContainers(graph, template, groups);
  addFunctions(graph, template, groups);
  addOtherEntrances(graph, template);
  return graph;
}
