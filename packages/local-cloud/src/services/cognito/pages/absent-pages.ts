import { problemPage } from './error-page';
import type { Page } from './page';

/** Pages of Cognito's login domain that the local user pool does not have: what each does on AWS (row CG-LG-05). */
export const ABSENT_PAGES: Readonly<Record<string, string>> = {
  '/confirmUser': 'On AWS a link in a message leads here, and confirms an account that somebody made.',
  '/passkeys/add': 'On AWS managed login adds a passkey to an account here.',
};

/**
 * A page that says why it is not one to work with.
 *
 * @param why what AWS does, or what the template says
 */
export function absentPage(headline: string, why: string, usersSource: string): Page {
  return problemPage(
    headline,
    undefined,
    `${why} People of the local cloud and their passwords are in ${usersSource}.`,
  );
}
