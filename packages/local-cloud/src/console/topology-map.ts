import type { Link } from '../run/service';
import { ALL_SERVICES, type Topology } from '../run/services';
import { BROWSER, type MapNode, mapNode } from '../run/topology-node';
import { redactText } from './redaction';

export { BROWSER, type MapNode, type MapPart } from '../run/topology-node';

export interface LocalUrls {
  readonly distributions: ReadonlyMap<string, string>;
  /** By logical id of the API, with its first stage. */
  readonly restApis: ReadonlyMap<string, string>;
  readonly functionUrls: ReadonlyMap<string, string>;
  /** Empty without a user pool. */
  readonly signIn: string;
}

/** A place where something of the local cloud answers. */
export interface LocalAddress {
  readonly name: string;
  readonly url: string;
}

/** Lists the addresses of the local cloud; several of a kind have their logical id in the name. */
export function localAddresses({ distributions, restApis, signIn }: LocalUrls): LocalAddress[] {
  const named = (name: string, urls: ReadonlyMap<string, string>): LocalAddress[] =>
    [...urls].map(([logicalId, url]) => ({ name: urls.size > 1 ? `${name} ${logicalId}` : name, url }));
  const all = [...named('Site', distributions), ...named('API', restApis), { name: 'Sign-in', url: signIn }];
  return all.filter(({ url }) => url !== '');
}

/** An arrow from a node, or from a part of one, to a node. */
export interface MapEdge {
  readonly from: string;
  readonly to: string;
}

export interface TopologyMap {
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
}

/** Returns the id of the node for a server that is not in the templates. */
export const elsewhereId = (host: string): string => `elsewhere:${host}`;

/** Draws the topology: the nodes that requests can reach, and the arrows between them. */
export function topologyMap(topology: Topology, urls: LocalUrls): TopologyMap {
  const parts = ALL_SERVICES.toReversed().flatMap(
    ([name, service]) => service.topology?.(topology[name]) ?? [],
  );
  const byLink = new Map(
    parts.flatMap(({ nodes }) =>
      nodes.flatMap(({ id, provides = [] }) => provides.map((link) => [keyOf(link), id] as const)),
    ),
  );
  const nodes = new Map<string, MapNode>([
    [
      BROWSER,
      mapNode({ id: BROWSER, kind: 'browser', name: 'Your browser', role: 'runs the React app', column: 1 }),
    ],
  ]);
  for (const { id, kind, name, role, facts, parts: lines, column, url } of parts.flatMap(
    (part) => part.nodes,
  )) {
    nodes.set(id, {
      id,
      kind,
      name: redactText(name),
      role: redactText(role),
      facts: facts.map(redactText),
      parts: lines.map((line) => ({
        id: line.id,
        title: redactText(line.title),
        facts: line.facts.map(redactText),
        policies: line.policies.map(([effect, policy]) => [effect, redactText(policy)] as const),
      })),
      column,
      url: url || urlOf(id, kind, urls),
    });
  }
  const partIds = new Set(
    [...nodes.values()].flatMap(({ id, parts: lines }) => [id, ...lines.map((line) => line.id)]),
  );
  const edges = new Map<string, MapEdge>();
  for (const { from, to } of parts.flatMap((part) => part.edges)) {
    const known = typeof to === 'string' ? to : byLink.get(keyOf(to));
    const target = known ?? (typeof to === 'object' && to.kind === 'host' ? elsewhereId(to.id) : undefined);
    if (target === undefined || !partIds.has(from)) continue;
    if (known === undefined && typeof to === 'object') nodes.set(target, elsewhere(to.id, from));
    edges.set(`${from} ${target}`, { from, to: target });
  }
  const reached = new Set([...edges.values()].map(({ to }) => to));
  // A bucket for access logs, for example, is on no request path.
  return {
    nodes: [...nodes.values()]
      .filter(({ id }) => id === BROWSER || reached.has(id))
      .sort((one, other) => one.column - other.column),
    edges: [...edges.values()],
  };
}

const keyOf = ({ kind, id }: Link): string => `${kind} ${id}`;

function elsewhere(host: string, from: string): MapNode {
  const column = from.startsWith('behavior:') ? 3 : 4;
  const role = 'a server that is not in the templates';
  return mapNode({ id: elsewhereId(host), kind: 'elsewhere', name: host, role, column });
}

function urlOf(id: string, kind: MapNode['kind'], { distributions, restApis, signIn }: LocalUrls): string {
  const logicalId = id.slice(id.indexOf(':') + 1);
  if (kind === 'user-pool') return signIn;
  return (
    (kind === 'distribution' ? distributions : kind === 'api' ? restApis : undefined)?.get(logicalId) ?? ''
  );
}
