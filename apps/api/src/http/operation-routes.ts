import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse as parseQueryString } from 'node:querystring';
import type { Operation, ResponseOf } from '@spa-on-aws/shared-types';
import * as z from 'zod';
import { BadBodyError, BadQueryError, MethodNotAllowedError, NoTokenError, NotFoundError } from '../errors';
import { readJsonBody, rejectBody } from './json-body';
import { parseInput } from './parse-input';
import { type Caller, contextOf, type Middleware } from './request-context';
import { send } from './responses';

type Parsed<Schema> = Schema extends z.core.$ZodType ? z.output<Schema> : undefined;

const NO_PARAMETERS = z.strictObject({});

const JSON_HEADERS = { 'Content-Type': 'application/json; charset=utf-8' };

/** Input of a handler, parsed with the schemas of its operation. */
export interface OperationInput<O extends Operation> {
  readonly params: Parsed<O['params']>;
  readonly query: Parsed<O['query']>;
  readonly body: Parsed<O['body']>;
  /** The signed-in user. Reading it throws a {@link NoTokenError} on routes that need no token. */
  readonly caller: Caller;
}

/** An operation and the function that handles its requests. */
export interface OperationRoute {
  readonly operation: Operation;
  readonly handle: (
    request: IncomingMessage,
    response: ServerResponse,
    pathParameters: Readonly<Record<string, string>>,
  ) => Promise<void>;
}

/** Connects an operation to its handler, which returns the response or throws an `ApiError`. */
export function route<O extends Operation>(
  operation: O,
  handler: (input: OperationInput<O>) => ResponseOf<O> | Promise<ResponseOf<O>>,
): OperationRoute {
  const { params, query = NO_PARAMETERS, body, status } = operation;
  return {
    operation,
    async handle(request, response, pathParameters) {
      const { search, caller } = contextOf(response);
      const content = await (body === undefined ? rejectBody(request) : readJsonBody(request, response));
      const result = await handler({
        params: params && parseInput(params, pathParameters, NotFoundError),
        query: parseInput(query, parseQueryString(search), BadQueryError, 'Query parameter '),
        body: body && parseInput(body, content, BadBodyError),
        get caller() {
          if (caller === undefined) throw new NoTokenError();
          return caller;
        },
      } as OperationInput<O>);
      if (result === undefined) send(response, status);
      else send(response, status, JSON_HEADERS, JSON.stringify(result));
    },
  };
}

/** A path with the handlers of its methods. */
interface Path {
  readonly path: Operation['path'];
  /** Matches the path in a URL, with a named group for each parameter. */
  readonly pattern: RegExp;
  readonly handlers: Map<string, OperationRoute['handle']>;
}

/**
 * Middleware that calls the handler of a request's operation. Paths are matched exactly, including case and slashes. `HEAD`
 * works wherever `GET` does; other methods get a 405.
 *
 * Paths without parameters are found in a map. That is faster than Express's routes, which are tried one by one.
 */
export function operationRoutes(routes: readonly OperationRoute[]): Middleware {
  const paths = new Map<string, Path>();
  for (const { operation, handle } of routes) {
    const { method, path } = operation;
    const { handlers, pattern } = paths.get(path) ?? { handlers: new Map(), pattern: patternOf(path) };
    handlers.set(method, handle);
    if (method === 'GET') handlers.set('HEAD', handle);
    paths.set(path, { path, pattern, handlers });
  }
  return function operations(request, response, next) {
    const context = contextOf(response);
    const path =
      paths.get(context.path) ?? [...paths.values()].find(({ pattern }) => pattern.test(context.path));
    if (path === undefined) {
      next();
      return undefined;
    }
    context.route = path.path;
    const handle = path.handlers.get(request.method ?? '');
    if (handle === undefined) throw new MethodNotAllowedError([...path.handlers.keys()]);
    const { groups = {} } = path.pattern.exec(context.path) ?? {};
    const parameters = Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]);
    return handle(request, response, Object.fromEntries(parameters));
  };
}

function patternOf(path: Operation['path']): RegExp {
  const literal = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  // A parameter is one path segment that is not empty.
  return new RegExp(`^${literal.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
}
