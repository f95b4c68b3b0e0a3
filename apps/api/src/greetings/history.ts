import type { GreetingPage, KeptGreeting } from '@spa-on-aws/shared-types';

/** Which greetings to list. */
export interface PageRequest {
  /** At most so many. */
  readonly limit: number;
  /** Only what is older than this one: the last of the page before. */
  readonly after?: Position;
}

/** Where a greeting is in the order of a person's greetings: by when it was made, then by its id. */
export type Position = Pick<KeptGreeting, 'id' | 'greetedAt'>;

/** Greetings of a page, and whether there are older ones. */
export interface Page {
  readonly items: GreetingPage['items'];
  readonly hasMore: boolean;
}

/** The greetings of people, each seen by nobody but the one whose it is. */
export interface GreetingHistory {
  /** Keeps a greeting for somebody. */
  keep(sub: string, greeting: KeptGreeting): Promise<void>;
  /** Somebody's greetings, newest first, of the last {@link GREETINGS_KEPT_DAYS}. */
  list(sub: string, page: PageRequest): Promise<Page>;
  /** Deletes one of somebody's greetings; false when they have none with this id. */
  delete(sub: string, id: number): Promise<boolean>;
}
