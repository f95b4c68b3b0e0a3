import * as z from 'zod/mini';
import { getGreeting } from './greeting';
import type { Operation } from './operation';
import { deleteGreeting, listGreetings, makeGreeting } from './saved-greetings';
import { getStatistics } from './statistics';

export * from './greeting';
export * from './saved-greetings';
export * from './statistics';

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
  access: 'public',
  status: 200,
  response: z.object({ status: z.literal('ok') }),
} as const satisfies Operation;

/** `GET /ready` */
export const getReady = {
  id: 'getReady',
  method: 'GET',
  path: READY_PATH,
  summary: 'Readiness check',
  access: 'public',
  status: 200,
  response: z.object({ status: z.literal('ready') }),
} as const satisfies Operation;

/** `GET /api/openapi.json` */
export const getOpenApi = {
  id: 'getOpenApi',
  method: 'GET',
  path: OPENAPI_PATH,
  summary: 'Returns this document',
  access: 'signed-in',
  status: 200,
  response: z.record(z.string(), z.unknown()),
} as const satisfies Operation;

/**
 * All operations below `/api/`. Their access decides who can call them: API Gateway's methods, the API's OpenAPI
 * description and the tests follow from it.
 */
export const API_OPERATIONS: readonly Operation[] = [
  getGreeting,
  listGreetings,
  makeGreeting,
  deleteGreeting,
  getStatistics,
  getOpenApi,
];

/** The Cognito groups that operations require. */
export const API_GROUPS: readonly string[] = [
  ...new Set(API_OPERATIONS.flatMap(({ access }) => (typeof access === 'object' ? access.group : []))),
];

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
