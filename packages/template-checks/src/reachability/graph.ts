import type { TemplateResource } from '@spa-on-aws/cloudformation';

/** Step of a request from one node to the next. */
export interface Hop {
  readonly from: string;
  readonly to: string;
  /** Why the hop is possible. */
  readonly why: string;
  /** Place in the template that makes it possible. */
  readonly path: string;
  /** Set when the hop requires an access token with a scope, or is declared public. */
  readonly allowed?: true;
  /**
   * Set on a hop that the template allows explicitly and could do without: how to close it. The other hops follow
   * from how AWS works, such as a load balancer that forwards to its targets.
   */
  readonly opening?: { readonly remedy: string };
}

/** Node where all request paths start. */
export const INTERNET = 'internet';

/** Names of the graph's nodes, as shown in a request path. */
export const node = {
  api: (api: string) => `REST API ${api}`,
  /** Start of the name of every method node. */
  methodPrefix: 'method ',
  method: (method: TemplateResource, route: string) => `method ${route} (${method.id})`,
  vpcLink: (link: string) => `VPC link ${link}`,
  /** Start of the name of every security group node. */
  groupPrefix: 'security group ',
  group: (group: string) => `security group ${group}`,
  addresses: (cidr: string) => `addresses ${cidr}`,
  prefixList: (id: string) => `prefix list ${id}`,
  loadBalancer: (loadBalancer: string) => `load balancer ${loadBalancer}`,
  listener: (listener: string) => `listener ${listener}`,
  targetGroup: (targetGroup: string) => `target group ${targetGroup}`,
  instances: (id: string) => `container instances ${id}`,
  service: (service: string) => `service ${service}`,
  containerPort: (service: string, container: string, port: string) =>
    `port ${port} of container '${container}' (${service})`,
  lambda: (lambda: string) => `function ${lambda}`,
  distribution: (distribution: string) => `distribution ${distribution}`,
  other: (resource: TemplateResource) => `${resource.type} ${resource.id}`,
} as const;

/** Directed graph of what can send requests to what. */
export class Graph {
  readonly #hops: Hop[] = [];
  readonly #targets = new Set<string>();

  /** Adds a hop. `remedy` makes it an opening; see {@link Hop}. */
  add(from: string, to: string, why: string, path: string, remedy?: string): void {
    this.#hops.push({ from, to, why, path, ...(remedy !== undefined && { opening: { remedy } }) });
  }

  /** Adds a hop that requires an access token with a scope, or is declared public. */
  addAllowed(from: string, to: string, why: string, path: string): void {
    this.#hops.push({ from, to, why, path, allowed: true });
  }

  /** Marks a node that must only be reachable over allowed hops: the port of a container. */
  addTarget(node: string): void {
    this.#targets.add(node);
  }

  get targets(): readonly string[] {
    return [...this.#targets];
  }

  get hops(): readonly Hop[] {
    return this.#hops;
  }

  /** Returns the shortest path from a node to a target over the allowed hops. */
  pathToTarget(from: string, allowed: (hop: Hop) => boolean): readonly Hop[] | undefined {
    return this.#search(from, (node) => this.#targets.has(node), allowed);
  }

  /** Returns the shortest path between two nodes over the allowed hops. */
  path(from: string, to: string, allowed: (hop: Hop) => boolean): readonly Hop[] | undefined {
    return this.#search(from, (node) => node === to, allowed);
  }

  /** Returns the shortest path from the internet to a target that contains a hop. */
  pathThrough(hop: Hop, allowed: (hop: Hop) => boolean): readonly Hop[] | undefined {
    const before = this.path(INTERNET, hop.from, allowed);
    const after = before && this.pathToTarget(hop.to, allowed);
    return after && [...before, hop, ...after];
  }

  #search(from: string, isEnd: (node: string) => boolean, allowed: (hop: Hop) => boolean) {
    const paths = new Map<string, readonly Hop[]>([[from, []]]);
    for (const [node, path] of paths) {
      if (isEnd(node)) return path;
      for (const hop of this.#hops) {
        if (hop.from === node && !paths.has(hop.to) && allowed(hop)) paths.set(hop.to, [...path, hop]);
      }
    }
    return undefined;
  }
}
