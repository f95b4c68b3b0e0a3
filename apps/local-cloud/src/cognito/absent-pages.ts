import { problemPage } from './error-page';
import type { Page } from './page';

/** Pages of Cognito's login domain that the local user pool does not have: what each does on AWS (row CG-LG-05). */
export const ABSENT_PAGES: Readonly<Record<string, string>> = {
  '/signup':
    'On AWS people make an account for themselves here, unless AllowAdminCreateUserOnly is set, and are sent a code.',
  '/confirm': 'On AWS a link in a message leads here, and confirms an account that somebody made.',
  '/confirmUser': 'On AWS a link in a message leads here, and confirms an account that somebody made.',
  '/resendcode': 'On AWS this sends the code for a new account again.',
  '/passkeys/add': 'On AWS managed login adds a passkey to an account here.',
};

/** Says that the page is AWS's, what it does there, and what there is here instead. */
export function absentPage(onAws: string, usersSource: string): Page {
  return problemPage(
    'This page is not part of the local cloud',
    undefined,
    `${onAws} Here nothing is sent to anybody: people and their passwords are in ${usersSource}.`,
  );
}
