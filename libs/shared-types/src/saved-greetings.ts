import * as z from 'zod/mini';
import { Greeting, GreetingQuery } from './greeting';
import type { Operation } from './operation';

/** Path of the signed-in user's saved greetings. */
export const GREETINGS_PATH = '/api/greetings';

/** Number of days a greeting is saved. */
export const GREETING_RETENTION_DAYS = 90;

/** A saved greeting with its creation time (ISO 8601, UTC). */
export const SavedGreeting = z.extend(Greeting, { greetedAt: z.iso.datetime() });
export type SavedGreeting = z.infer<typeof SavedGreeting>;

/** One page of saved greetings, newest first. `next` is the position after which the next page starts; the last page has none. */
export const GreetingPage = z.object({
  items: z.array(SavedGreeting),
  next: z.optional(z.string()),
});
export type GreetingPage = z.infer<typeof GreetingPage>;

/** Time and id of a greeting. */
const POSITION = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#\d{16}$/;

/** Query of `GET /api/greetings`: the page size, and `next` of the previous page. */
export const GreetingsQuery = z.strictObject({
  limit: z._default(z.coerce.number().check(z.int(), z.gte(1), z.lte(100)), 20),
  next: z.optional(z.string().check(z.regex(POSITION, 'must be the "next" value of the previous page'))),
});
export type GreetingsQuery = z.infer<typeof GreetingsQuery>;

/** Path parameters of one saved greeting. */
export const GreetingParams = z.strictObject({
  id: z.coerce.number().check(z.int(), z.positive()),
});
export type GreetingParams = z.infer<typeof GreetingParams>;

/** `GET /api/greetings?limit=20&next=…` */
export const listGreetings = {
  id: 'listGreetings',
  method: 'GET',
  path: GREETINGS_PATH,
  summary: "Lists the signed-in user's saved greetings, newest first",
  access: 'signed-in',
  query: GreetingsQuery,
  status: 200,
  response: GreetingPage,
} as const satisfies Operation;

/** `POST /api/greetings` with `{"name": "World"}` */
export const makeGreeting = {
  id: 'makeGreeting',
  method: 'POST',
  path: GREETINGS_PATH,
  summary: 'Creates a greeting, saves it and returns it with its creation time',
  access: 'signed-in',
  body: GreetingQuery,
  status: 201,
  response: SavedGreeting,
} as const satisfies Operation;

/** `DELETE /api/greetings/9` */
export const deleteGreeting = {
  id: 'deleteGreeting',
  method: 'DELETE',
  path: `${GREETINGS_PATH}/{id}`,
  summary: 'Deletes a saved greeting of the signed-in user',
  access: 'signed-in',
  params: GreetingParams,
  status: 204,
} as const satisfies Operation;
