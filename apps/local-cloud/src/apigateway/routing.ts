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
  if (segment === '') return undefined;
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

/** Row AG-RT-12. */
const ANY = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']);
