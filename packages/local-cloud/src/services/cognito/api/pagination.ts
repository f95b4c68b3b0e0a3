import { z } from 'zod';
import { UserPoolsApiError } from '../errors';

/** How many items an answer may have. */
export const Limit = z.number().int().min(1).max(60).default(60);

/** Returns a part of a list, and the token for the next one. @throws UserPoolsApiError when the token is not one of these */
export function pageOf<Item>(
  items: readonly Item[],
  limit: number,
  token = '0',
): { readonly items: readonly Item[]; readonly next: string | undefined } {
  if (!/^\d{1,9}$/.test(token)) {
    throw new UserPoolsApiError('InvalidParameterException', 'Invalid pagination token.');
  }
  const from = Number(token);
  const to = from + limit;
  return { items: items.slice(from, to), next: to < items.length ? String(to) : undefined };
}
