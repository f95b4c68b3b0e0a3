import {
  deleteGreeting,
  type GreetingPage,
  listGreetings,
  makeGreeting,
  type SavedGreeting,
} from '@spa-on-aws/shared-types';
import express, { type Response, Router } from 'express';
import { otherMethods } from '../error-handler';
import { notFound } from '../errors';
import type { GreetingIds } from '../greeting/greeting-ids';
import { greet } from '../greeting/router';
import { expressPath, validate } from '../validate';
import { positionOf, type SavedGreetings } from './store';

/** `/api/greetings`: saves, lists and deletes greetings of the signed-in user. */
export function savedGreetingsRouter(savedGreetings: SavedGreetings, greetingIds: GreetingIds): Router {
  const router = Router();

  router
    .route(expressPath(listGreetings))
    .get(validate(listGreetings), async (req, res: Response<GreetingPage>) => {
      const { limit, next } = req.query;
      // The additional greeting shows that there is another page.
      const greetings = await savedGreetings.list(req.user.sub, limit + 1, next);
      const items = greetings.slice(0, limit);
      const last = items.at(-1);
      res.json({ items, ...(greetings.length > limit && last ? { next: positionOf(last) } : {}) });
    })
    .post(
      express.json({ limit: '16kb' }),
      validate(makeGreeting),
      async (req, res: Response<SavedGreeting>) => {
        const greeting = await greet(greetingIds, req.body.name);
        const saved = { ...greeting, greetedAt: new Date().toISOString() };
        await savedGreetings.save(req.user.sub, saved);
        res.status(201).json(saved);
      },
    )
    .all(otherMethods);

  router
    .route(expressPath(deleteGreeting))
    .delete(validate(deleteGreeting), async (req, res) => {
      // The same 404 whether the greeting belongs to another user or does not exist.
      if (!(await savedGreetings.delete(req.user.sub, req.params.id))) throw notFound();
      res.status(204).end();
    })
    .all(otherMethods);

  return router;
}
