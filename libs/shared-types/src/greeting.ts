import * as z from 'zod/mini';
import type { Operation } from './operation';
import { GREETING_PATH } from './paths';

/** A greeting: `id` is one that no other greeting has, gaps are normal; `content` is the sentence to show. */
export const Greeting = z.object({
  id: z.int().check(z.positive()),
  content: z.string().check(z.minLength(1)),
});
export type Greeting = z.infer<typeof Greeting>;

/** Whom to greet: 1 to 100 characters after trimming; the world when absent. */
const Name = z._default(z.string().check(z.trim(), z.minLength(1), z.maxLength(100)), 'World');

/** Query of `GET /api/greeting`. */
export const GreetingQuery = z.strictObject({ name: Name });
export type GreetingQuery = z.infer<typeof GreetingQuery>;

/** `GET /api/greeting?name=World` */
export const getGreeting = {
  id: 'getGreeting',
  method: 'GET',
  path: GREETING_PATH,
  summary: 'Greets, and keeps the greeting for who is signed in',
  query: GreetingQuery,
  status: 200,
  answer: Greeting,
} as const satisfies Operation;
