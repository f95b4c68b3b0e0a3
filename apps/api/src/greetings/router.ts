import {
  deleteGreeting,
  getGreeting,
  GREETING_PATH,
  GREETINGS_PATH,
  type Greeting,
  type GreetingPage,
  listGreetings,
  makeGreeting,
  type SavedGreeting,
} from '@spa-on-aws/shared-types';
import express, { type Response, Router } from 'express';
import { otherMethods } from '../error-handler';
import { invalidInput, notFound } from '../errors';
import { validate } from '../validate';
import type { GreetingIds } from './greeting-ids';
import { positionOf, type SavedGreetings } from './saved-greetings';

/** Dependencies of {@link greetingsRouter}. */
export interface GreetingsDependencies {
  readonly greetingIds: GreetingIds;
  readonly savedGreetings: SavedGreetings;
}

/** `/api/greeting` and `/api/greetings`: greets, and saves, lists and deletes greetings of the signed-in user. */
export function greetingsRouter({ greetingIds, savedGreetings }: GreetingsDependencies): Router {
  const router = Router();

  async function greet(name: string): Promise<Greeting> {
    return { id: await greetingIds.next(), content: `Hello, ${name}!` };
  }

  router
    .route(GREETING_PATH)
    .get(validate(getGreeting), async (req, res: Response<Greeting>) => {
      res.json(await greet(req.query.name));
    })
    .all(otherMethods);

  router
    .route(GREETINGS_PATH)
    .get(validate(listGreetings), async (req, res: Response<GreetingPage>) => {
      const { limit, next } = req.query;
      const after = next === undefined ? undefined : decodeCursor(next);
      // The additional greeting shows that there is another page.
      const greetings = await savedGreetings.list(req.user.sub, limit + 1, after);
      const items = greetings.slice(0, limit);
      const last = items.at(-1);
      res.json({
        items,
        ...(greetings.length > limit && last ? { next: encodeCursor(positionOf(last)) } : {}),
      });
    })
    .post(
      express.json({ limit: '16kb' }),
      validate(makeGreeting),
      async (req, res: Response<SavedGreeting>) => {
        const greeting = { ...(await greet(req.body.name)), greetedAt: new Date().toISOString() };
        await savedGreetings.save(req.user.sub, greeting);
        res.status(201).json(greeting);
      },
    )
    .all(otherMethods);

  router
    .route(`${GREETINGS_PATH}/:id`)
    .delete(validate(deleteGreeting), async (req, res) => {
      // The same 404 whether the greeting belongs to another user or does not exist.
      if (!(await savedGreetings.delete(req.user.sub, req.params.id))) throw notFound();
      res.status(204).end();
    })
    .all(otherMethods);

  return router;
}

const POSITION = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#\d{16}$/;

/** Encodes the position after which the next page starts. It contains nothing secret. */
export function encodeCursor(position: string): string {
  return Buffer.from(position).toString('base64url');
}

/** @throws 400 when `next` is not a cursor */
export function decodeCursor(next: string): string {
  const position = Buffer.from(next, 'base64url').toString('latin1');
  if (POSITION.test(position) && encodeCursor(position) === next) return position;
  throw invalidInput('Query "next": must be the "next" value of the previous page');
}
