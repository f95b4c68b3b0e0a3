import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse as parseQueryString } from 'node:querystring';
import type { AnswerOf, Operation } from '@spa-on-aws/shared-types';
import * as z from 'zod';
import type { Caller } from '../access/caller';
import { BadBodyError, BadQueryError, MethodNotAllowedError, NotFoundError } from '../errors';
import { parseInput, type InputFault } from './input';
import { answerJson, answerNothing } from './answers';
import { readJsonBody, refuseBody } from './json-body';
import type { Middleware } from './middleware';
import { recordOf } from './request-record';

type Parsed<Schema> = Schema extends z.core.$ZodType ? z.output<Schema> : undefined;

/** What a query may be where none is described. */
const NO_QUERY = z.strictObject({});

/** What a handler is called with: everything parsed by the schemas of its operation. */
export interface Call<O extends Operation> {
  readonly params: Parsed<O['params']>;
  readonly query: Parsed<O['query']>;
  readonly body: Parsed<O['body']>;
  /** Who asks; `undefined` only where everybody may. */
  readonly caller: Caller | undefined;
}

/** Does what an operation promises. Throws an {@link ApiError} to refuse. */
export type OperationHandler<O extends Operation> = (call: Call<O>) => AnswerOf<O> | Promise<AnswerOf<O>>;

/** Answers an operation, given the parameters of its path. */
type OperationMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
  params: Readonly<Record<string, string>>,
) => Promise<void>;

/** An operation with what answers it. */
export interface OperationRoute {
  readonly operation: Operation;
  readonly handler: OperationMiddleware;
}

/** Joins an operation and its handler, types checked. */
export function route<O extends Operation>(operation: O, handle: OperationHandler<O>): OperationRoute {
  const { params, query = NO_QUERY, body, status } = operation;
  return {
    operation,
    handler: async (request, response, pathParams) => {
      const content = await (body === undefined ? refuseBody(request) : readJsonBody(request, response));
      const answer = await handle({
        params: parsed(params, pathParams, () => new NotFoundError()),
        query: parsed(query, parseQueryString(recordOf(response).target.search), badQuery),
        body: parsed(body, content, badBody),
        caller: recordOf(response).caller,
      } as Call<O>);
      if (answer === undefined) answerNothing(response, status);
      else answerJson(response, status, answer);
    },
  };
}

function parsed(
  schema: z.core.$ZodType | undefined,
  value: unknown,
  refuse: (faults: readonly InputFault[]) => Error,
): unknown {
  return schema === undefined ? undefined : parseInput(schema, value, refuse);
}

const badQuery = (faults: readonly InputFault[]): Error =>
  new BadQueryError(faults.map(({ place, message }) => `Query parameter "${place}": ${message}`).join('; '));

const badBody = (faults: readonly InputFault[]): Error =>
  new BadBodyError(
    faults.map(({ place, message }) => (place === '' ? message : `"${place}": ${message}`)).join('; '),
  );

/** A path of the API, with what it looks like and the names of its parameters. */
interface Path {
  readonly path: Operation['path'];
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly handlers: ReadonlyMap<string, OperationMiddleware>;
  /** The methods that it takes, for `Allow`. */
  readonly allowed: readonly string[];
}

/**
 * Serves operations: paths as they are written, case and slashes included, `HEAD` where there is `GET`, 405 with `Allow`
 * for other methods.
 *
 * A look-up in place of Express's routes, which are tried one after the other.
 */
export function operationRoutes(routes: readonly OperationRoute[]): Middleware {
  const paths = [...new Set(routes.map(({ operation }) => operation.path))].map((path) =>
    pathOf(
      path,
      routes.filter(({ operation }) => operation.path === path),
    ),
  );
  const fixed = new Map(
    paths.filter(({ names }) => names.length === 0).map((one) => [String(one.path), one]),
  );
  const patterns = paths.filter(({ names }) => names.length > 0);
  return function operations(request, response, next) {
    const { path } = recordOf(response).target;
    const found = fixed.get(path) ?? patterns.find(({ pattern }) => pattern.test(path));
    if (found === undefined) {
      next();
      return undefined;
    }
    recordOf(response).route = found.path;
    const handler = found.handlers.get(request.method ?? '');
    if (handler === undefined) throw new MethodNotAllowedError(found.allowed);
    return handler(request, response, found.names.length > 0 ? paramsOf(found, path) : {});
  };
}

function pathOf(path: Operation['path'], routes: readonly OperationRoute[]): Path {
  const handlers = new Map<string, OperationMiddleware>();
  for (const { operation, handler } of routes) {
    handlers.set(operation.method, handler);
    if (operation.method === 'GET') handlers.set('HEAD', handler);
  }
  const literal = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  return {
    path,
    // Each parameter is one segment that is not empty.
    pattern: new RegExp(`^${literal.replace(/\{\w+\}/g, '([^/]+)')}$`),
    names: [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name),
    handlers,
    allowed: [...handlers.keys()],
  };
}

/** A URL that cannot be decoded was refused before. */
function paramsOf({ pattern, names }: Path, path: string): Record<string, string> {
  const values = pattern.exec(path)?.slice(1) ?? [];
  return Object.fromEntries(names.map((name, i) => [name, decodeURIComponent(values[i] ?? '')]));
}
