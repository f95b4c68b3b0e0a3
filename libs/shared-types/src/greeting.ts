import * as z from 'zod/mini';

/** A greeting: `id` is one that no other greeting has, gaps are normal; `content` is the sentence to show. */
export const Greeting = z.object({
  id: z.int().check(z.positive()),
  content: z.string().check(z.minLength(1)),
});
export type Greeting = z.infer<typeof Greeting>;

/** Query of `GET /api/greeting`: whom to greet, 1 to 100 characters after trimming; `World` when absent. */
export const GreetingQuery = z.object({
  name: z._default(z.string().check(z.trim(), z.minLength(1), z.maxLength(100)), 'World'),
});
export type GreetingQuery = z.infer<typeof GreetingQuery>;
