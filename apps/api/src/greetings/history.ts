import { type GreetingPage, GREETING_RETENTION_DAYS, type SavedGreeting } from '@spa-on-aws/shared-types';

/** Position of a greeting in a user's list, which is ordered by time of creation, then by id. */
export type Position = Pick<SavedGreeting, 'id' | 'greetedAt'>;

/** Selects a page of greetings. */
export interface PageRequest {
  /** Maximum number of greetings. */
  readonly limit: number;
  /** Last greeting of the previous page: only older ones are returned. */
  readonly after?: Position;
}

/** A page of greetings, newest first. */
export interface Page {
  readonly items: GreetingPage['items'];
  /** True if there are older greetings. */
  readonly hasMore: boolean;
}

/** Store of greetings. Users see and delete only their own; `sub` is Cognito's id of the user. */
export interface GreetingHistory {
  save(sub: string, greeting: SavedGreeting): Promise<void>;
  /** Returns the user's greetings of the last {@link GREETING_RETENTION_DAYS} days. */
  list(sub: string, page: PageRequest): Promise<Page>;
  /** Returns false if the user has no greeting with this id. */
  delete(sub: string, id: number): Promise<boolean>;
}

const RETENTION_MS = GREETING_RETENTION_DAYS * 24 * 60 * 60 * 1_000;

/** Returns the time (ISO 8601) of the oldest greetings that have not expired. */
export function oldestTime(now: number): string {
  return new Date(now - RETENTION_MS).toISOString();
}

/** Returns the time at which a greeting expires, in seconds since 1970, as DynamoDB's time to live requires. */
export function expiryOf({ greetedAt }: Position): number {
  return Math.ceil((Date.parse(greetedAt) + RETENTION_MS) / 1_000);
}
