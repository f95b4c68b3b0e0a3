import * as z from 'zod/mini';
import type { Operation } from './operation';
import { ADMIN_GROUP } from './site';

/** Path of the statistics. */
export const STATISTICS_PATH = '/api/admin/statistics';

/** Statistics of the API. `lastGreetingId` is the highest id reserved so far: there are at most that many greetings. */
export const Statistics = z.object({ lastGreetingId: z.int().check(z.nonnegative()) });
export type Statistics = z.infer<typeof Statistics>;

/** `GET /api/admin/statistics` */
export const getStatistics = {
  id: 'getStatistics',
  method: 'GET',
  path: STATISTICS_PATH,
  summary: 'Returns statistics for administrators',
  access: { group: ADMIN_GROUP },
  status: 200,
  response: Statistics,
} as const satisfies Operation;
