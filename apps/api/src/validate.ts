import type { Operation } from '@spa-on-aws/shared-types';
import type { RequestHandler } from 'express';
import * as z from 'zod';
import { en } from 'zod/locales';
import { invalidInput, notFound, unsupportedMediaType } from './errors';

// The schemas are built with zod/mini, which has no messages of its own.
z.config(en());

/** Returns the path of an operation as Express writes it: `/api/orders/{id}` becomes `/api/orders/:id`. */
export function expressPath({ path }: Operation): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

type Parsed<Schema> = Schema extends z.core.$ZodType ? z.output<Schema> : unknown;

/**
 * Replaces `req.params`, `req.query` and `req.body` by the values that the schemas of an operation return.
 *
 * Input that does not match gets 400 with all problems, or 404 for a path parameter.
 */
export function validate<O extends Operation>({
  params,
  query,
  body,
}: O): RequestHandler<Parsed<O['params']>, unknown, Parsed<O['body']>, Parsed<O['query']>> {
  return function validation(req, _res, next) {
    if (params) {
      const { success, data } = z.safeParse(params, req.params);
      if (!success) throw notFound();
      req.params = data as Parsed<O['params']>;
    }
    // In Express 5, `req.query` is a getter.
    if (query) Object.defineProperty(req, 'query', { value: parse(query, req.query, 'Query') });
    if (body) {
      if (req.body === undefined) throw unsupportedMediaType();
      req.body = parse(body, req.body, 'Body') as Parsed<O['body']>;
    }
    next();
  };
}

/** @param place is in front of each problem in the message */
function parse(schema: z.core.$ZodType, value: unknown, place: string): unknown {
  const { success, data, error } = z.safeParse(schema, value);
  if (success) return data;
  const problems = error.issues.map(({ path, message }) =>
    path.length > 0 ? `${place} "${path.join('.')}": ${message}` : `${place}: ${message}`,
  );
  // Callers can send very long names.
  throw invalidInput(problems.join('; ').slice(0, 200));
}
