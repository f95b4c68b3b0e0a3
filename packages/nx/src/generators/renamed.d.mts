/** Packages of the tools, without their scope. They keep their name, because a team installs them. */
export const TOOLS: readonly string[];

/** Names of a product. */
export interface Product {
  /** Name of the packages and the stacks, such as `my-shop`. */
  readonly name: string;
  /** Title of the pages. */
  readonly title: string;
}

/** Returns the problem of a name, or `undefined`. It becomes part of package names, stack names and host names. */
export function nameProblem(name: string): string | undefined;

/** Returns the title for a name: `My shop` for `my-shop`. */
export function titleOf(name: string): string;

/** Gives the product of a text of the starter, or of a path, another name. */
export function renamed(text: string, product: Product): string;
