import type { TemplateResource, TemplateDocument, Value } from '@spa-on-aws/cloudformation';
import { INTERNET, node, type Graph } from './graph';

/** Source of an inbound rule, or destination of an outbound rule. */
export type Peer =
  | { readonly kind: 'addresses'; readonly cidr: string }
  | { readonly kind: 'prefix list'; readonly id: string }
  | { readonly kind: 'group'; readonly group: string }
  /** The rule has neither source nor destination. */
  | { readonly kind: 'unknown' };

/** Inbound or outbound rule of a security group, inline or a separate resource. */
export interface SecurityGroupRule {
  readonly direction: 'ingress' | 'egress';
  readonly group: string;
  readonly peer: Peer;
  readonly ports: Ports;
  readonly path: string;
}

/** Range of ports, both ends included. */
export interface Ports {
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
}

export function onePort(protocol: string, port = Number.NaN): Ports {
  return { protocol, from: port, to: port };
}

/** The default security group of a VPC, one for all VPCs of a template. It allows only its own members. */
const DEFAULT_GROUP = 'default of the VPC';

const GROUP = 'AWS::EC2::SecurityGroup';
const SEPARATE = {
  'AWS::EC2::SecurityGroupIngress': 'ingress',
  'AWS::EC2::SecurityGroupEgress': 'egress',
} as const;

export class SecurityGroups {
  readonly rules: readonly SecurityGroupRule[];
  readonly #defined: ReadonlySet<string>;

  constructor(template: TemplateDocument) {
    this.rules = [...rulesIn(template)];
    this.#defined = new Set(template.ofType(GROUP).map((group) => group.id));
  }

  /** True when the template contains all rules of the group, so for its own groups and a VPC's default group. */
  isKnown(group: string): boolean {
    return this.#defined.has(group) || group === DEFAULT_GROUP;
  }

  /** Inbound rules of a group. */
  ingress(group: string): readonly SecurityGroupRule[] {
    return this.rules.filter((rule) => rule.direction === 'ingress' && rule.group === group);
  }

  /**
   * Outbound rules of a group. A group without any allows all outbound traffic, which is EC2's default.
   */
  egress(group: string): readonly SecurityGroupRule[] | 'everything' {
    const rules = this.rules.filter((rule) => rule.direction === 'egress' && rule.group === group);
    return rules.length === 0 ? 'everything' : rules;
  }
}

/** Returns the key of a security group: its logical id, or the text of its id. */
function groupKey(value: Value): string {
  const { reference } = value;
  if (!reference) return value.text;
  if (reference.attribute === 'DefaultSecurityGroup') return DEFAULT_GROUP;
  return reference.attribute === undefined || reference.attribute === 'GroupId' ? reference.id : value.text;
}

/** Returns the keys of a list of groups. A resource without a list is in the default group of its VPC. */
export function groupKeys(list: Value): readonly string[] {
  const keys = list.items.map(groupKey);
  return keys.length > 0 ? keys : [DEFAULT_GROUP];
}

/** True when a range of a rule contains another range. */
export function covers(range: Ports, needed: Ports): boolean {
  const protocolFits = range.protocol === '-1' || range.protocol === needed.protocol;
  return protocolFits && range.from <= needed.from && range.to >= needed.to;
}

/** Formats ports: `tcp 80`, `tcp 32768-65535`, `all traffic`. */
export function describePorts({ protocol, from, to }: Ports): string {
  if (protocol === '-1') return 'all traffic';
  if (Number.isNaN(from)) return `${protocol} at unknown ports`;
  return from === to ? `${protocol} ${from}` : `${protocol} ${from}-${to}`;
}

function* rulesIn(template: TemplateDocument): Generator<SecurityGroupRule> {
  for (const group of template.ofType(GROUP)) yield* inlineRules(group);
  for (const resource of template.ofType(...Object.keys(SEPARATE))) {
    const direction = SEPARATE[resource.type as keyof typeof SEPARATE];
    const [id, name] = ['GroupId', 'GroupName'].map((property) => resource.properties.get(property));
    const group = id?.isPresent ? id : name;
    yield ruleOf(direction, group ? groupKey(group) : '', resource.properties, resource.path);
  }
}

function* inlineRules(group: TemplateResource): Generator<SecurityGroupRule> {
  for (const item of group.properties.get('SecurityGroupIngress').items) {
    yield ruleOf('ingress', group.id, item, item.path);
  }
  for (const item of group.properties.get('SecurityGroupEgress').items) {
    yield ruleOf('egress', group.id, item, item.path);
  }
}

function ruleOf(
  direction: SecurityGroupRule['direction'],
  group: string,
  properties: Value,
  path: string,
): SecurityGroupRule {
  return { direction, group, peer: peerOf(direction, properties), ports: portsOf(properties), path };
}

function peerOf(direction: SecurityGroupRule['direction'], properties: Value): Peer {
  const side = direction === 'ingress' ? 'Source' : 'Destination';
  for (const name of ['CidrIp', 'CidrIpv6']) {
    if (properties.get(name).isPresent) return { kind: 'addresses', cidr: properties.get(name).text };
  }
  const prefixList = properties.get(`${side}PrefixListId`);
  if (prefixList.isPresent) return { kind: 'prefix list', id: prefixList.text };
  for (const name of [`${side}SecurityGroupId`, `${side}SecurityGroupName`]) {
    if (properties.get(name).isPresent) return { kind: 'group', group: groupKey(properties.get(name)) };
  }
  return { kind: 'unknown' };
}

function portsOf(properties: Value): Ports {
  const protocol = properties.get('IpProtocol').text.toLowerCase();
  const named = { '6': 'tcp', '17': 'udp', all: '-1' }[protocol] ?? protocol;
  if (named === '-1') return { protocol: named, from: 0, to: 65_535 };
  const from = properties.get('FromPort').number ?? Number.NaN;
  return { protocol: named, from, to: properties.get('ToPort').number ?? from };
}

/** Members of the security groups. Traffic that a group allows reaches all its members. */
export class GroupMembers {
  readonly #nodes = new Map<string, Set<string>>();

  constructor(
    readonly graph: Graph,
    readonly groups: SecurityGroups,
  ) {}

  /**
   * Adds a node to a group.
   *
   * @param path place in the template
   * @param listens false for a member that only sends requests
   */
  join(group: string, member: string, path: string, listens = true): void {
    const nodes = this.#nodes.get(group) ?? new Set();
    this.#nodes.set(group, nodes.add(member));
    this.checkKnown(group, path);
    if (!listens) return;
    this.graph.add(node.group(group), member, 'a member of the group', path);
  }

  /** Nodes in a group. */
  of(group: string): readonly string[] {
    return [...(this.#nodes.get(group) ?? [])];
  }

  /** Adds a hop from the internet to a group whose rules are not in the template, because they may allow everyone. */
  checkKnown(group: string, path: string): void {
    if (this.groups.isKnown(group)) return;
    this.graph.add(
      INTERNET,
      node.group(group),
      'it is not in this template, so its rules and members are unknown',
      path,
      'Use a security group of this template, whose rules this check can read.',
    );
  }
}

/**
 * Adds a hop for each inbound rule. Traffic that a group allows, at any port, reaches all its members and continues
 * from them. Outbound rules, route tables and missing public addresses do not remove a hop.
 */
export function addNetwork(graph: Graph, members: GroupMembers): void {
  for (const rule of members.groups.rules) {
    if (rule.direction === 'ingress') addIngress(graph, members, rule);
  }
}

function addIngress(graph: Graph, members: GroupMembers, rule: SecurityGroupRule): void {
  const { peer, path } = rule;
  const to = node.group(rule.group);
  const allows = `inbound rule: ${describePorts(rule.ports)}`;
  const remedy = 'Remove the inbound rule, or allow one security group that needs it.';

  switch (peer.kind) {
    case 'addresses': {
      const isEveryone = peer.cidr === '0.0.0.0/0' || peer.cidr === '::/0';
      if (isEveryone) {
        graph.add(INTERNET, to, `${allows} from everyone (${peer.cidr})`, path, remedy);
        return;
      }
      const addresses = node.addresses(peer.cidr);
      graph.add(INTERNET, addresses, 'the template does not say who owns them', path);
      graph.add(addresses, to, `${allows} from ${peer.cidr}`, path, remedy);
      return;
    }
    case 'prefix list': {
      const list = node.prefixList(peer.id);
      graph.add(INTERNET, list, 'the template does not say what is on it', path);
      graph.add(list, to, `${allows} from the prefix list`, path, remedy);
      return;
    }
    case 'group': {
      members.checkKnown(peer.group, path);
      const senders = members.of(peer.group);
      // Members from outside of the template are represented by the group itself.
      for (const from of senders.length > 0 ? senders : [node.group(peer.group)]) {
        graph.add(from, to, `${allows} from ${node.group(peer.group)}`, path);
      }
      return;
    }
    case 'unknown':
      graph.add(INTERNET, to, `${allows} from an unknown source`, path, remedy);
  }
}
