import type { ApiResource, Method } from './rest-api';

export interface Route {
  readonly resource: ApiResource;
  readonly method: Method;
  /** By parameter name, not decoded. */
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Finds the method for a path below the stage: static before `{parameter}` before `{greedy+}`, backtracking when a branch
 * has no such child or method (rows AG-RT-01 to AG-RT-06). Slashes at the start count as one, and only a greedy parameter
 * matches an empty segment (row AG-RT-11).
 */
export function findRoute(root: ApiResource, httpMethod: string, path: string): Route | undefined {
  const segments = path.replace(/^\/+/, '').replace(/\/$/, '').split('/');
  return search(root, httpMethod, segments[0] === '' && segments.length === 1 ? [] : segments, new Map());
}

function search(
  resource: ApiResource,
  httpMethod: string,
  segments: readonly string[],
  parameters: ReadonlyMap<string, string>,
): Route | undefined {
  const [segment, ...rest] = segments;
  if (segment === undefined) return routeAt(resource, httpMethod, parameters);
  for (const child of [...resource.children].sort((a, b) => precedence(a) - precedence(b))) {
    const name = /^\{([^+}]+)(\+?)\}$/.exec(child.pathPart);
    const route = !name
      ? child.pathPart === segment
        ? search(child, httpMethod, rest, parameters)
        : undefined
      : name[2] === '+'
        ? routeAt(child, httpMethod, new Map(parameters).set(name[1] as string, segments.join('/')))
        : segment === ''
          ? undefined
          : search(child, httpMethod, rest, new Map(parameters).set(name[1] as string, segment));
    if (route) return route;
  }
  return undefined;
}

function precedence({ pathPart }: ApiResource): number {
  if (!pathPart.startsWith('{')) return 0;
  return pathPart.endsWith('+}') ? 2 : 1;
}

function routeAt(
  resource: ApiResource,
  httpMethod: string,
  parameters: ReadonlyMap<string, string>,
): Route | undefined {
  const method =
    resource.methods.find((candidate) => candidate.httpMethod === httpMethod) ??
    resource.methods.find((candidate) => candidate.httpMethod === 'ANY' && ANY.has(httpMethod));
  return method && { resource, method, parameters };
}

type NoRoute =
  | { readonly reason: 'other-methods'; readonly methods: readonly string[] }
  /** `moreRoutes`: the number of routes left out of `routes`. */
  | { readonly reason: 'unknown-path'; readonly routes: readonly string[]; readonly moreRoutes: number };

const MAX_ROUTES = 12;

/** Finds out why no route matches (rows AG-RT-01, AG-RT-03, AG-RT-04). */
export function whyNoRoute(root: ApiResource, path: string): NoRoute {
  const methods = METHODS.filter((other) => findRoute(root, other, path));
  if (methods.length > 0) return { reason: 'other-methods', methods };
  const routes = routesBelow(root);
  return {
    reason: 'unknown-path',
    routes: routes.slice(0, MAX_ROUTES),
    moreRoutes: Math.max(0, routes.length - MAX_ROUTES),
  };
}

function routesBelow({ methods, path, children }: ApiResource): string[] {
  return [...methods.map(({ httpMethod }) => `${httpMethod} ${path}`), ...children.flatMap(routesBelow)];
}

const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/** Row AG-RT-12. */
const ANY = new Set(METHODS);
