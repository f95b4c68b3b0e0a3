import { totpPage, totpSetupPage } from '../pages/sign-in-pages';
import { PATHS, record } from '../pipeline/request';
import { acceptedStep, newTotpSecret, totpUri } from '../users/totp';
import type { User } from '../users/user-file';
import type { Challenge } from './challenge-store';
import { formContents, type FormRequest, type PageRequest, sendForm } from './page-request';

const WRONG_CODE = 'That code is not right, or was used before. Enter the code that the app shows now.';

export function startAppSetup(
  page: PageRequest,
  user: User,
  openChallenge: (secret: string) => string,
): void {
  const secret = newTotpSecret();
  askForSetupCode(page, openChallenge(secret), user, secret);
}

export function askForAuthenticatorCode(page: PageRequest, session: string, error?: string): void {
  sendForm(page, 200, totpPage(formContents(page, PATHS.login, problems(error), session)));
}

/** Checks a code; enrolls the app with `MFA_SETUP`. `try-again`: the page asks again. */
export function checkAuthenticatorCode(
  form: FormRequest,
  session: string,
  user: User,
  { name, totpSecret = '' }: Challenge,
): 'accepted' | 'try-again' | 'too-many-tries' {
  const { fields, hosted, now, request, state } = form;
  const isSetup = name === 'MFA_SETUP';
  const secret = isSetup ? totpSecret : (user.totp?.secret ?? '');
  const usedStep = isSetup ? undefined : user.totp?.usedStep;
  const step = acceptedStep(secret, fields.get('code') ?? '', now(), usedStep);
  if (step === undefined) {
    record(request, 'totp.code-rejected', {});
    if (!state.challenges.failed(session)) return 'too-many-tries';
    if (isSetup) askForSetupCode(form, session, user, secret, WRONG_CODE);
    else askForAuthenticatorCode(form, session, WRONG_CODE);
    return 'try-again';
  }
  state.challenges.close(session);
  hosted.users.enrolApp(user.sub, { secret, usedStep: step, isPreferred: true });
  record(request, isSetup ? 'totp.app-enrolled' : 'totp.code-accepted', {});
  return 'accepted';
}

function askForSetupCode(
  page: PageRequest,
  session: string,
  user: User,
  secret: string,
  error?: string,
): void {
  const { domain, logicalId } = page.hosted.pool;
  const uri = totpUri(secret, {
    issuer: `${domain?.prefix ?? logicalId} (local)`,
    label: String(user.attributes.email ?? user.username),
  });
  const contents = formContents(page, PATHS.login, problems(error), session);
  sendForm(page, 200, totpSetupPage(contents, { secret, uri }));
}

function problems(error: string | undefined): { readonly text: string }[] {
  return error === undefined ? [] : [{ text: error }];
}
