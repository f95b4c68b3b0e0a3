/** One hop: who gets from where to where, and why. */
export interface Hop {
  readonly from: string;
  readonly to: string;
  /** Why the hop is possible. */
  readonly why: string;
  /** The place in the template that makes it possible. */
  readonly path: string;
  /** Set when nobody passes without an access token that has a scope. */
  readonly guarded?: true;
  /**
   * Set on a hop that somebody wrote down and could as well not have: how to close it. The rest follow from how AWS
   * works, such as a load balancer handing requests to its targets.
   */
  readonly opening?: { readonly remedy: string };
}

/** Hops one after another, from the internet to what is looked at. */
export type Road = readonly Hop[];

/** Where every road begins. */
export const INTERNET = 'internet';

/** Who can reach what: places, and the hops between them. */
export class Graph {
  readonly #hops: Hop[] = [];
  readonly #goals = new Set<string>();

  add(hop: Hop): void {
    this.#hops.push(hop);
  }

  /** Marks a place nobody is to reach without the authorizer: a container's port. */
  protect(place: string): void {
    this.#goals.add(place);
  }

  get goals(): readonly string[] {
    return [...this.#goals];
  }

  get hops(): readonly Hop[] {
    return this.#hops;
  }

  /** The shortest road from one place to a goal, over the hops that are allowed. */
  roadToGoal(from: string, allowed: (hop: Hop) => boolean): Road | undefined {
    return this.#search(from, (place) => this.#goals.has(place), allowed);
  }

  /** The shortest road between two places, over the hops that are allowed. */
  road(from: string, to: string, allowed: (hop: Hop) => boolean): Road | undefined {
    return this.#search(from, (place) => place === to, allowed);
  }

  /** The shortest road from the internet to a goal that takes a certain hop. */
  roadThrough(hop: Hop, allowed: (hop: Hop) => boolean): Road | undefined {
    const before = this.road(INTERNET, hop.from, allowed);
    const after = before && this.roadToGoal(hop.to, allowed);
    return after && [...before, hop, ...after];
  }

  #search(from: string, isEnd: (place: string) => boolean, allowed: (hop: Hop) => boolean): Road | undefined {
    const roads = new Map<string, Road>([[from, []]]);
    for (const [place, road] of roads) {
      if (isEnd(place)) return road;
      for (const hop of this.#hops) {
        if (hop.from === place && !roads.has(hop.to) && allowed(hop)) roads.set(hop.to, [...road, hop]);
      }
    }
    return undefined;
  }
}
