import type { Resource, Template, Value } from '@spa-on-aws/cloudformation';

/** Who a security group's rule lets in or out. */
export type Peer =
  | { readonly kind: 'addresses'; readonly cidr: string }
  | { readonly kind: 'prefix list'; readonly id: string }
  | { readonly kind: 'group'; readonly group: string }
  /** A rule that names nobody. */
  | { readonly kind: 'unknown' };

/** One inbound or outbound rule of a security group, inline or a resource of its own. */
export interface SecurityGroupRule {
  readonly direction: 'ingress' | 'egress';
  readonly group: string;
  readonly peer: Peer;
  readonly ports: Ports;
  readonly path: string;
}

/** A range of ports, both ends included. */
export interface Ports {
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
}

/** The group EC2 makes with a VPC, one for all VPCs of a template: it lets in its own members only. */
const DEFAULT_GROUP = 'default of the VPC';

const GROUP = 'AWS::EC2::SecurityGroup';
const SEPARATE = {
  'AWS::EC2::SecurityGroupIngress': 'ingress',
  'AWS::EC2::SecurityGroupEgress': 'egress',
} as const;

/** The security groups a template defines or uses, and their rules. */
export class SecurityGroups {
  readonly rules: readonly SecurityGroupRule[];
  readonly #defined: ReadonlySet<string>;

  constructor(template: Template) {
    this.rules = [...rulesIn(template)];
    this.#defined = new Set(template.ofType(GROUP).map((group) => group.id));
  }

  /** Whether all rules of a group are in the template: its own groups, and a VPC's default one. */
  isKnown(group: string): boolean {
    return this.#defined.has(group) || group === DEFAULT_GROUP;
  }

  /** Inbound rules of a group. */
  ingress(group: string): readonly SecurityGroupRule[] {
    return this.rules.filter((rule) => rule.direction === 'ingress' && rule.group === group);
  }

  /**
   * Outbound rules of a group. A group without any allows everything out, which is EC2's default; one whose rules
   * are resources of their own is taken to allow no more than those.
   */
  egress(group: string): readonly SecurityGroupRule[] | 'everything' {
    const rules = this.rules.filter((rule) => rule.direction === 'egress' && rule.group === group);
    return rules.length === 0 ? 'everything' : rules;
  }
}

/** What a security group is known by: its logical id, or the text it is named with. */
export function groupKey(value: Value): string {
  const { reference } = value;
  if (!reference) return value.text;
  if (reference.attribute === 'DefaultSecurityGroup') return DEFAULT_GROUP;
  return reference.attribute === undefined || reference.attribute === 'GroupId' ? reference.id : value.text;
}

/** The groups in a list; a resource that names none gets the default group of its VPC. */
export function groupKeys(list: Value): readonly string[] {
  const keys = list.items.map(groupKey);
  return keys.length > 0 ? keys : [DEFAULT_GROUP];
}

/** Whether a rule's range holds all of another. */
export function covers(range: Ports, needed: Ports): boolean {
  const protocolFits = range.protocol === '-1' || range.protocol === needed.protocol;
  return protocolFits && range.from <= needed.from && range.to >= needed.to;
}

/** `tcp 80`, `tcp 32768-65535`, `all traffic`. */
export function describePorts({ protocol, from, to }: Ports): string {
  if (protocol === '-1') return 'all traffic';
  if (Number.isNaN(from)) return `${protocol} at unknown ports`;
  return from === to ? `${protocol} ${from}` : `${protocol} ${from}-${to}`;
}

function* rulesIn(template: Template): Generator<SecurityGroupRule> {
  for (const group of template.ofType(GROUP)) yield* inlineRules(group);
  for (const resource of template.ofType(...Object.keys(SEPARATE))) {
    const direction = SEPARATE[resource.type as keyof typeof SEPARATE];
    const [id, name] = ['GroupId', 'GroupName'].map((property) => resource.properties.get(property));
    const group = id?.isPresent ? id : name;
    yield ruleOf(direction, group ? groupKey(group) : '', resource.properties, resource.path);
  }
}

function* inlineRules(group: Resource): Generator<SecurityGroupRule> {
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
