import { BadQueryError } from '../errors';
import type { Position } from './history';

const PATTERN = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)#([1-9]\d{0,15})$/;

/**
 * What leads to the page after a greeting: opaque to callers, and worth nothing to anybody else, as it says only where in
 * one's own greetings to go on.
 */
export function cursorAfter({ greetedAt, id }: Position): string {
  return Buffer.from(`${greetedAt}#${id}`).toString('base64url');
}

/**
 * The greeting that a page comes after.
 *
 * @throws {BadQueryError} when the text is no cursor
 */
export function readCursor(next: string): Position {
  const [, greetedAt, id] = PATTERN.exec(Buffer.from(next, 'base64url').toString('latin1')) ?? [];
  const position = { greetedAt: greetedAt ?? '', id: Number(id) };
  const isDate = !Number.isNaN(Date.parse(position.greetedAt));
  if (!isDate || !Number.isSafeInteger(position.id) || cursorAfter(position) !== next) {
    throw new BadQueryError('Query parameter "next": give the next of the page before, as it is');
  }
  return position;
}
