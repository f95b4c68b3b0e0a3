import { Router, type RequestHandler } from 'express';
import type { AnswerOf, Operation } from '@spa-on-aws/shared-types';
import * as z from 'zod';
import type { Caller } from '../access/caller';
import { BadBodyError, BadQueryError, MethodNotAllowedError, NotFoundError } from '../errors';
import { parseInput, type InputFault } from './input';
import { answerJson } from './json-answer';
import { readJsonBody, refuseBody } from './json-body';
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

/** An operation with what answers it. */
export interface OperationRoute {
  readonly operation: Operation;
  readonly handler: RequestHandler;
}

/** Joins an operation and its handler, types checked. */
export function route<O extends Operation>(operation: O, handle: OperationHandler<O>): OperationRoute {
  const { status } = operation;
  return {
    operation,
    handler: async (request, response) => {
      const answer = await handle({
        params: parsed(operation.params, request.params, () => new NotFoundError()),
        query: parsed(operation.query ?? NO_QUERY, request.query, badQuery),
        body: parsed(operation.body, request.body, badBody),
        caller: recordOf(response).caller,
      } as Call<O>);
      if (answer === undefined) {
        response.statusCode = status;
        response.end();
      } else {
        answerJson(response, status, answer);
      }
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

/**
 * Serves operations: paths as they are written, case and slashes included, `HEAD` where there is `GET`, 405 with `Allow`
 * for other methods.
 */
export function operationRoutes(routes: readonly OperationRoute[]): Router {
  const router = Router({ caseSensitive: true, strict: true });
  for (const path of new Set(routes.map(({ operation }) => operation.path))) {
    const here = routes.filter(({ operation }) => operation.path === path);
    const served = router.route(path.replace(/\{(\w+)\}/g, ':$1'));
    served.all((_request, response, next) => {
      recordOf(response).route = path;
      next();
    });
    for (const { operation, handler } of here) {
      const method = operation.method.toLowerCase() as 'get' | 'post' | 'delete';
      served[method](operation.body === undefined ? refuseBody() : readJsonBody(), handler);
    }
    const allowed = here.flatMap(({ operation: { method } }) =>
      method === 'GET' ? ['GET', 'HEAD'] : [method],
    );
    served.all(() => {
      throw new MethodNotAllowedError(allowed);
    });
  }
  return router;
}
