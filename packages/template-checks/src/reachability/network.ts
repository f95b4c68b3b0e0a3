import { INTERNET, type Graph } from './graph';
import { place } from './places';
import { describePorts, type SecurityGroupRule, type SecurityGroups } from './security-groups';

/** Who is in which security group: what a group lets in reaches its members, and they send as members of it. */
export class Members {
  readonly #places = new Map<string, Set<string>>();

  constructor(
    readonly graph: Graph,
    readonly groups: SecurityGroups,
  ) {}

  /**
   * Puts something into a group.
   *
   * @param path where the template says so
   * @param listens false for what sends only
   */
  join(group: string, member: string, path: string, listens = true): void {
    const places = this.#places.get(group) ?? new Set();
    this.#places.set(group, places.add(member));
    this.knows(group, path);
    if (!listens) return;
    this.graph.add({ from: place.group(group), to: member, why: 'in that group', path });
  }

  /** The places in a group. */
  of(group: string): readonly string[] {
    return [...(this.#places.get(group) ?? [])];
  }

  /** Notes that somebody counts on a group; one whose rules are elsewhere lets in nobody knows whom. */
  knows(group: string, path: string): void {
    if (this.groups.isKnown(group)) return;
    this.graph.add({
      from: INTERNET,
      to: place.group(group),
      why: 'it is not in this template: whom it lets in, and who is in it, is not known',
      path,
      opening: { remedy: 'Use a security group of this template, with rules this check can read.' },
    });
  }
}

/**
 * Adds whom the inbound rules let in. Whoever gets into a group, at any port, is taken to reach all its members, and
 * to send on from there. Outbound rules, route tables and public addresses are not counted on: a hop that one of them
 * would stop is still a hop.
 */
export function addNetwork(graph: Graph, members: Members): void {
  for (const rule of members.groups.rules) {
    if (rule.direction === 'ingress') addIngress(graph, members, rule);
  }
}

function addIngress(graph: Graph, members: Members, rule: SecurityGroupRule): void {
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
    case 'group': {
      members.knows(peer.group, path);
      const senders = members.of(peer.group);
      // What the template puts into no group of ours may be put there by somebody else.
      for (const from of senders.length > 0 ? senders : [place.group(peer.group)]) {
        graph.add({ from, to, why: `${lets} from ${place.group(peer.group)}`, path });
      }
      return;
    }
    case 'unknown':
      graph.add({ from: INTERNET, to, why: `${lets} from an unknown source`, path, opening });
  }
}
