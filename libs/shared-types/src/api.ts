import * as z from 'zod/mini';
import { deleteGreeting, getGreeting, listGreetings, makeGreeting } from './greetings';
import type { Operation } from './operation';

/** All operations for signed-in users. */
export const API_OPERATIONS = [
  getGreeting,
  listGreetings,
  makeGreeting,
  deleteGreeting,
] as const satisfies readonly Operation[];

/** Path of the API's OpenAPI 3.1 description. */
export const OPENAPI_PATH = '/api/openapi.json';

/** Path of the liveness check: the process runs. Not reachable from the internet. */
export const HEALTH_PATH = '/health';

/** Path of the readiness check: the process can serve requests. Not reachable from the internet. */
export const READY_PATH = '/ready';

/** `GET /health` */
export const getHealth = {
  id: 'getHealth',
  method: 'GET',
  path: HEALTH_PATH,
  summary: 'Liveness check',
  status: 200,
  response: z.object({ status: z.literal('ok') }),
} as const satisfies Operation;

/** `GET /ready` */
export const getReady = {
  id: 'getReady',
  method: 'GET',
  path: READY_PATH,
  summary: 'Readiness check',
  status: 200,
  response: z.object({ status: z.literal('ready') }),
} as const satisfies Operation;

/** Media type of all error responses of the API. */
export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/** Problem details (RFC 9457). `requestId` is an extension: users give it to support. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int().check(z.gte(400), z.lte(599)),
  detail: z.optional(z.string()),
  instance: z.optional(z.string()),
  requestId: z.optional(z.string()),
});
export type Problem = z.infer<typeof Problem>;

/** CloudWatch metrics of the API: their names, and the name of their only dimension. */
export const API_METRICS = {
  requests: 'Requests',
  errors: 'Errors',
  latency: 'Latency',
  dimension: 'Route',
} as const;

/** Returns the dimension value of an operation, such as `GET /api/greetings/{id}`. HEAD counts as GET. */
export function metricsRouteOf({
  method,
  path,
}: Pick<Operation, 'path'> & { readonly method: string }): string {
  return `${method === 'HEAD' ? 'GET' : method} ${path}`;
}
