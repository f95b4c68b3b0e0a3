import type { ApiResource, Method } from './rest-api';

/** The method that answers a request, and what its path parameters are. */
export interface Route {
  readonly resource: ApiResource;
  readonly method: Method;
  /** By parameter name, percent-encoding untouched. */
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Finds the method for a path: static before `{parameter}` before `{greedy+}`, with a way back when a branch has no
 * such child or method (rows AG-RT-01 to AG-RT-06).
 *
 * @param path below the stage, with a leading slash
 */
export function findRoute(root: ApiResource, httpMethod: string, path: string): Route | undefined {
  if (path.includes('//')) return undefined;
  const segments = path.replace(/^\//, '').replace(/\/$/, '').split('/');
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

/** Why a route answers, in a sentence. */
export function explainRoute({ resource, method }: Route, httpMethod: string): string {
  const covers = method.httpMethod === httpMethod ? '' : `, ANY covers ${httpMethod}`;
  const [, greedy] = /^\{([^+}]+)\+\}$/.exec(resource.pathPart) ?? [];
  const takes = greedy === undefined ? '' : `, {${greedy}+} takes the rest of the path`;
  return `${method.httpMethod} ${resource.path} answers${covers}${takes}`;
}

/** Why no route answers (rows AG-RT-01, AG-RT-03, AG-RT-04, AG-RT-11). */
export function explainNoRoute(root: ApiResource, httpMethod: string, path: string): string {
  const asked = `no method for ${httpMethod} ${path || '/'}`;
  if (path.includes('//')) return `${asked}: nothing matches an empty part of a path`;
  const others = METHODS.filter((other) => findRoute(root, other, path));
  if (others.length > 0) return `${asked}: that path has ${others.join(', ')} only`;
  return `${asked}: the API has ${routesBelow(root).join('; ') || 'no method at all'}`;
}

const MAX_ROUTES = 12;

function routesBelow(root: ApiResource): string[] {
  const all = (resource: ApiResource): string[] => [
    ...resource.methods.map(({ httpMethod }) => `${httpMethod} ${resource.path}`),
    ...resource.children.flatMap(all),
  ];
  const routes = all(root);
  return routes.length > MAX_ROUTES
    ? [...routes.slice(0, MAX_ROUTES), `${routes.length - MAX_ROUTES} more`]
    : routes;
}

const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/** Row AG-RT-12. */
const ANY = new Set(METHODS);
