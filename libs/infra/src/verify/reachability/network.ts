import type { Graph } from './graph';
import { INTERNET } from './graph';
import { place } from './places';
import { describePorts, type SecurityGroupRule, type SecurityGroups } from './security-groups';

/**
 * Adds who may send to whom. A group stands for everything in it, as receiver and as sender: who gets in at any port
 * is taken to send on from there. Outbound rules are not counted on: a hop they would stop is still a hop.
 */
export function addNetwork(graph: Graph, groups: SecurityGroups): void {
  for (const rule of groups.rules) {
    if (rule.direction === 'ingress') addIngress(graph, rule);
  }
}

/** Adds a group somebody uses; one whose rules are elsewhere lets in nobody knows whom. */
export function addGroupUse(graph: Graph, groups: SecurityGroups, group: string, usedAt: string): void {
  if (groups.isKnown(group)) return;
  graph.add({
    from: INTERNET,
    to: place.group(group),
    why: 'its rules are not in this template: whom it lets in is not known',
    path: usedAt,
    opening: { remedy: 'Use a security group of this template, with rules this check can read.' },
  });
}

function addIngress(graph: Graph, rule: SecurityGroupRule): void {
  const { peer, path } = rule;
  const to = place.group(rule.group);
  const lets = `inbound rule: ${describePorts(rule.ports)}`;
  const opening = { remedy: 'Remove the inbound rule, or let in one security group that needs it.' };

  switch (peer.kind) {
    case 'addresses': {
      const everybody = peer.cidr === '0.0.0.0/0' || peer.cidr === '::/0';
      if (everybody) {
        graph.add({ from: INTERNET, to, why: `${lets} from everybody (${peer.cidr})`, path, opening });
        return;
      }
      const addresses = place.addresses(peer.cidr);
      graph.add({ from: INTERNET, to: addresses, why: 'nothing in the template says who has them', path });
      graph.add({ from: addresses, to, why: `${lets} from ${peer.cidr}`, path, opening });
      return;
    }
    case 'prefix list': {
      const list = place.prefixList(peer.id);
      graph.add({ from: INTERNET, to: list, why: 'nothing in the template says who is on it', path });
      graph.add({ from: list, to, why: `${lets} from the prefix list`, path, opening });
      return;
    }
    case 'group':
      graph.add({ from: place.group(peer.group), to, why: `${lets} from that group`, path });
      return;
    case 'unknown':
      graph.add({ from: INTERNET, to, why: `${lets} from an unknown source`, path, opening });
  }
}
