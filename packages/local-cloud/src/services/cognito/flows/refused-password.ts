import type { Authentication } from '../users/user-directory';
import type { UserPoolClient } from '../model/user-pool-client';

type Refused = Exclude<Authentication, { outcome: 'password-right' }>;

/** What the login page says; a client that hides who exists says the same of both (rows CG-LG-01, CG-LG-03, CG-LG-04). */
export function refusalText(
  refused: Refused,
  { hidesUnknownUsers }: Pick<UserPoolClient, 'hidesUnknownUsers'>,
): string {
  switch (refused.outcome) {
    case 'locked':
      return 'Password attempts exceeded';
    case 'temporary-password-expired':
      return 'Temporary password has expired and must be reset by an administrator.';
    case 'unknown-user':
      return hidesUnknownUsers ? 'Incorrect username or password.' : 'User does not exist.';
    case 'wrong-password':
      return 'Incorrect username or password.';
  }
}

/** What the console says: it may know more than the person at the login page. */
export function refusalNote(refused: Refused): string {
  switch (refused.outcome) {
    case 'locked':
      return `refused unseen: ${refused.known ? 'the user' : 'that name'} is locked after too many wrong passwords`;
    case 'temporary-password-expired':
      return 'refused: the temporary password is right, but has expired';
    case 'unknown-user':
      return `refused: nobody has that name: ${ordinal(refused.failures)} failure`;
    case 'wrong-password':
      return `refused: wrong password for a known user: ${ordinal(refused.failures)} failure`;
  }
}

const SUFFIXES = { one: 'st', two: 'nd', few: 'rd', other: 'th', zero: 'th', many: 'th' };
const ORDINALS = new Intl.PluralRules('en', { type: 'ordinal' });

function ordinal(count: number): string {
  return `${count}${SUFFIXES[ORDINALS.select(count)]}`;
}
