import type { Link } from './service';

/** A line of a node that requests pass by itself: a behavior, a method. */
export interface MapPart {
  readonly id: string;
  readonly title: string;
  readonly facts: readonly string[];
  /** Attached policies and functions: their effect and name. */
  readonly policies: readonly (readonly [effect: string, name: string])[];
}

export interface MapNode {
  readonly id: string;
  readonly kind:
    | 'browser'
    | 'distribution'
    | 'bucket'
    | 'api'
    | 'authorizer'
    | 'load-balancer'
    | 'container'
    | 'function'
    | 'table'
    | 'user-pool'
    | 'elsewhere';
  readonly name: string;
  /** Purpose, for users who do not know AWS. */
  readonly role: string;
  readonly url: string;
  readonly facts: readonly string[];
  readonly parts: readonly MapPart[];
  /** Position, counted from the browser on the left. */
  readonly column: 1 | 2 | 3 | 4 | 5;
}

/** An arrow from a node, or from a part of one, to the node that provides a link. */
export interface LinkedEdge {
  readonly from: string;
  readonly to: string | Link;
}

/** The part of the picture that one service adds. */
export interface TopologyPart {
  readonly nodes: readonly (MapNode & { readonly provides?: readonly Link[] })[];
  readonly edges: readonly LinkedEdge[];
}

export const BROWSER = 'browser';

/** Returns a logical id without the eight digits that the CDK appends. */
export function readable(logicalId: string): string {
  return logicalId.replace(/(?<=[a-z])[0-9A-F]{8}$/, '');
}

/** Returns a node; facts, parts and URL are empty unless given. */
export function mapNode(
  node: Pick<MapNode, 'id' | 'kind' | 'name' | 'role' | 'column'> & Partial<MapNode>,
): MapNode {
  return { url: '', facts: [], parts: [], ...node };
}
