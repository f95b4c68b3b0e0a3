import { getGreeting } from './greeting';
import { deleteGreeting, listGreetings, makeGreeting } from './greetings';
import type { Operation } from './operation';

/** All that the API does for who is signed in. */
export const API_OPERATIONS = [
  getGreeting,
  listGreetings,
  makeGreeting,
  deleteGreeting,
] as const satisfies readonly Operation[];

/** What the API measures by route, in CloudWatch: names of the metrics, and of their one dimension. */
export const API_METRICS = {
  requests: 'Requests',
  errors: 'Errors',
  latency: 'Latency',
  dimension: 'Route',
} as const;

/** The value of the dimension for an operation: `GET /api/greetings/{id}`. */
export function metricsRouteOf({
  method,
  path,
}: Pick<Operation, 'path'> & { readonly method: string }): string {
  return `${method === 'HEAD' ? 'GET' : method} ${path}`;
}
