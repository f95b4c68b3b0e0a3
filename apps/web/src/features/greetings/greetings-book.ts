import { deleteGreeting, type KeptGreeting, listGreetings } from '@spa-on-aws/shared-types';
import { type ApiAccess, askApi } from '../../shared/api/api-client';
import { ApiRefusedError } from '../../shared/api/api-errors';

/** A page of greetings, newest first, and what leads to the one after it. */
export interface GreetingsPage {
  items: KeptGreeting[];
  next?: string | undefined;
}

/** The greetings after those that `next` was given with; without it, the newest. */
export function readGreetings(
  api: ApiAccess,
  next: string | undefined,
  signal: AbortSignal,
): Promise<GreetingsPage> {
  return askApi(api, listGreetings, next === undefined ? {} : { query: { next } }, signal);
}

/** Deletes a greeting; one that is gone already is as good as deleted. */
export async function removeGreeting(api: ApiAccess, id: number, signal: AbortSignal): Promise<void> {
  try {
    await askApi(api, deleteGreeting, { params: { id } }, signal);
  } catch (error) {
    if (!(error instanceof ApiRefusedError) || error.refusal.status !== 404) throw error;
  }
}
