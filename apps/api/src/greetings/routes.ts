import {
  deleteGreeting,
  getGreeting,
  type SavedGreeting,
  listGreetings,
  makeGreeting,
} from '@spa-on-aws/shared-types';
import { BadQueryError, NotFoundError } from '../errors';
import type { GreetingSequence } from '../greeting-ids/sequence';
import { type OperationRoute, route } from '../http/operation-routes';
import type { Caller } from '../http/request-context';
import type { GreetingHistory, Position } from './history';

/** Dependencies of the greeting routes. */
export interface GreetingDependencies {
  readonly greetingIds: GreetingSequence;
  readonly history: GreetingHistory;
  /** Returns milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/** `/api/greeting` and `/api/greetings`: create, list and delete greetings of the signed-in user. */
export function greetingRoutes({
  greetingIds,
  history,
  now = Date.now,
}: GreetingDependencies): OperationRoute[] {
  async function create({ sub }: Caller, name: string): Promise<SavedGreeting> {
    const id = await greetingIds.next();
    const greeting = { id, content: `Hello, ${name}!`, greetedAt: new Date(now()).toISOString() };
    await history.save(sub, greeting);
    return greeting;
  }
  return [
    route(getGreeting, async ({ caller, query }) => {
      const { id, content } = await create(caller, query.name);
      return { id, content };
    }),
    route(makeGreeting, ({ caller, body }) => create(caller, body.name)),
    route(listGreetings, async ({ caller, query: { limit, next } }) => {
      const after = next === undefined ? {} : { after: decodeCursor(next) };
      const { items, hasMore } = await history.list(caller.sub, { limit, ...after });
      const last = items.at(-1);
      return { items, ...(hasMore && last !== undefined ? { next: encodeCursor(last) } : {}) };
    }),
    route(deleteGreeting, async ({ caller, params }) => {
      // The same 404 whether the greeting belongs to another user or does not exist.
      if (!(await history.delete(caller.sub, params.id))) throw new NotFoundError();
      return undefined;
    }),
  ];
}

const CURSOR = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)#([1-9]\d{0,15})$/;

/**
 * Encodes the position after which the next page starts. A cursor is safe to share: it contains only a position, and each
 * user lists their own greetings with it.
 */
export function encodeCursor({ greetedAt, id }: Position): string {
  return Buffer.from(`${greetedAt}#${id}`).toString('base64url');
}

/** @throws {BadQueryError} when `next` is not a cursor */
export function decodeCursor(next: string): Position {
  const [, greetedAt = '', id] = CURSOR.exec(Buffer.from(next, 'base64url').toString('latin1')) ?? [];
  const position = { greetedAt, id: Number(id) };
  const isDate = !Number.isNaN(Date.parse(greetedAt));
  if (!isDate || !Number.isSafeInteger(position.id) || encodeCursor(position) !== next) {
    throw new BadQueryError('Query parameter "next" must be the "next" value of the previous page');
  }
  return position;
}
