import {
  deleteGreeting,
  type GreetingPage,
  listGreetings,
  makeGreeting,
  type SavedGreeting,
} from '@spa-on-aws/shared-types';
import express, { type Response, Router } from 'express';
import { otherMethods } from '../error-handler';
import { invalidInput, notFound } from '../errors';
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
