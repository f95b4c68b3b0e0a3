import * as z from 'zod/mini';
import { Greeting, GreetingQuery } from './greeting';
import type { Operation } from './operation';
import { GREETINGS_PATH } from './paths';

/** A whole number as URLs have it, in one way of writing only. */
const Digits = z.pipe(z.string().check(z.regex(/^(0|[1-9]\d{0,15})$/)), z.transform(Number));

/** How many days greetings are kept. */
export const GREETINGS_KEPT_DAYS = 90;

/** A greeting that is kept, with when it was made (ISO 8601, UTC). */
export const KeptGreeting = z.extend(Greeting, { greetedAt: z.iso.datetime() });
export type KeptGreeting = z.infer<typeof KeptGreeting>;

/** A page of greetings, newest first; `next` leads to the one after it, and is absent on the last. */
export const GreetingPage = z.object({
  items: z.array(KeptGreeting),
  next: z.optional(z.string()),
});
export type GreetingPage = z.infer<typeof GreetingPage>;

/** Query of `GET /api/greetings`: how many, and the `next` of the page before. */
export const GreetingsQuery = z.strictObject({
  limit: z._default(z.pipe(Digits, z.int().check(z.gte(1), z.lte(100))), 20),
  next: z.optional(z.string().check(z.minLength(1), z.maxLength(200), z.regex(/^[\w-]+$/))),
});
export type GreetingsQuery = z.infer<typeof GreetingsQuery>;

/** Which of the greetings. */
export const GreetingParams = z.strictObject({
  id: z.pipe(Digits, z.int().check(z.positive())),
});
export type GreetingParams = z.infer<typeof GreetingParams>;

/** `GET /api/greetings?limit=20&next=…` */
export const listGreetings = {
  id: 'listGreetings',
  method: 'GET',
  path: GREETINGS_PATH,
  summary: 'The greetings of who is signed in, newest first',
  query: GreetingsQuery,
  status: 200,
  answer: GreetingPage,
} as const satisfies Operation;

/** `POST /api/greetings` with `{"name": "World"}` */
export const makeGreeting = {
  id: 'makeGreeting',
  method: 'POST',
  path: GREETINGS_PATH,
  summary: 'Greets, keeps the greeting and tells when it was made',
  body: GreetingQuery,
  status: 201,
  answer: KeptGreeting,
} as const satisfies Operation;

/** `DELETE /api/greetings/9` */
export const deleteGreeting = {
  id: 'deleteGreeting',
  method: 'DELETE',
  path: `${GREETINGS_PATH}/{id}`,
  summary: 'Deletes a greeting of who is signed in',
  params: GreetingParams,
  status: 204,
} as const satisfies Operation;
