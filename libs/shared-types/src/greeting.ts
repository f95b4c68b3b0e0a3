import * as z from 'zod/mini';
import type { Operation } from './operation';

/** Path of a single new greeting. CloudFront sends every `/api/` path to the API. */
export const GREETING_PATH = '/api/greeting';

/** A greeting. `id` is unique, with possible gaps; `content` is the text to show. */
export const Greeting = z.object({
  id: z.int().check(z.positive()),
  content: z.string().check(z.minLength(1)),
});
export type Greeting = z.infer<typeof Greeting>;

/** Query of `GET /api/greeting`: a name of 1 to 100 characters after trimming, `World` by default. */
export const GreetingQuery = z.strictObject({
  name: z._default(z.string().check(z.trim(), z.minLength(1), z.maxLength(100)), 'World'),
});
export type GreetingQuery = z.infer<typeof GreetingQuery>;

/** `GET /api/greeting?name=World` */
export const getGreeting = {
  id: 'getGreeting',
  method: 'GET',
  path: GREETING_PATH,
  summary: 'Creates a greeting without saving it',
  access: 'signed-in',
  query: GreetingQuery,
  status: 200,
  response: Greeting,
} as const satisfies Operation;
