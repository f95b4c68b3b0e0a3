import type { SignInChallengeName } from '../../../trace/cognito-events';
import { loginPage, nameLabel } from '../pages/sign-in-pages';
import { PATHS, record, traceOf } from '../pipeline/request';
import { afterAuthentication, beforeAuthentication } from '../triggers/authentication';
import { migrateUser } from '../triggers/user-migration';
import type { SeededUser, User } from '../users/user-file';
import { askForAuthenticatorCode, checkAuthenticatorCode, startAppSetup } from './mfa';
import { askForNewPassword, setNewPassword } from './new-password';
import {
  EXPIRED_FORM,
  formContents,
  type FormRequest,
  type PageRequest,
  redirect,
  sendForm,
} from './page-request';
import { startSession } from '../oauth/provider';
import { sendRecoveryCode } from './password-recovery';
import { nextChallenge, SIGN_IN_FAILURES } from './sign-in-rules';
import { sendConfirmationCode } from './sign-up';

export function showLogin(page: PageRequest): void {
  record(page.request, 'login.page-shown', {});
  const demoUser = takeDemoUser(page);
  if (demoUser) {
    const { users } = page.hosted;
    const { username, password } = demoUser;
    const user = users.byName(username);
    return !user || users.hasPassword(user, password)
      ? askForPassword(page, 200, username, undefined, password)
      : askForPassword(page, 200, username, CHANGED_PASSWORD);
  }
  const hint = page.hosted.pool.domain?.managedLogin === true ? page.query.get('login_hint') : null;
  askForPassword(page, 200, hint ?? '');
}

/** Checks username and password, or the answer to a challenge that followed them. */
export async function submitLogin(form: FormRequest): Promise<void> {
  const username = form.fields.get('username') ?? '';
  if (!form.isGenuine) return askForPassword(form, 403, username, EXPIRED_FORM);
  const session = form.fields.get('session');
  if (session !== null) return answerChallenge(form, session);
  const password = form.fields.get('password') ?? '';
  await migrateUser(form, { username, password }, traceOf(form.request));
  await beforeAuthentication(form, username, traceOf(form.request));
  const authentication = form.hosted.users.authenticate(username, password);
  if (authentication.outcome === 'password-right') {
    const { user } = authentication;
    return user.status === 'RESET_REQUIRED' ? sendRecoveryCode(form) : continueSignIn(form, user);
  }
  const { outcome: reason, ...details } = authentication;
  form.log.info({ clientId: form.client.id, outcome: reason }, 'sign-in failed');
  record(form.request, 'login.failed', { reason, ...details });
  const isHidden = reason === 'unknown-user' && form.client.hidesUnknownUsers;
  return askForPassword(form, 200, username, SIGN_IN_FAILURES[isHidden ? 'wrong-password' : reason]);
}

async function answerChallenge(form: FormRequest, session: string): Promise<void> {
  const { browserId, client, hosted, now, request, state } = form;
  const challenge = state.challenges.find(session, { browserId, clientId: client.id }, now());
  const user = challenge && hosted.users.bySub(challenge.sub);
  // The user may have answered the challenge in another tab.
  if (!user || challenge.name !== nextChallenge(hosted.pool, user)) {
    record(request, 'challenge.not-found', {});
    return askForPassword(form, 403, '', EXPIRED_FORM);
  }
  if (challenge.name === 'NEW_PASSWORD_REQUIRED') {
    const confirmed = setNewPassword(form, session, user);
    return confirmed && continueSignIn(form, confirmed);
  }
  switch (checkAuthenticatorCode(form, session, user, challenge)) {
    case 'accepted':
      return finishSignIn(form, user);
    case 'try-again':
      return undefined;
    case 'too-many-tries':
      return askForPassword(form, 403, '', 'Too many wrong codes. Please sign in again.');
  }
}

async function continueSignIn(page: PageRequest, user: User): Promise<void> {
  if (user.status === 'UNCONFIRMED') return sendConfirmationCode(page, user, 'ResendCode');
  const name = nextChallenge(page.hosted.pool, user);
  if (name === undefined) return finishSignIn(page, user);
  record(page.request, 'challenge.started', { challenge: name });
  switch (name) {
    case 'NEW_PASSWORD_REQUIRED':
      return askForNewPassword(page, openChallenge(page, user, name), user);
    case 'MFA_SETUP':
      return startAppSetup(page, user, (totpSecret) => openChallenge(page, user, name, totpSecret));
    case 'SOFTWARE_TOKEN_MFA':
      return askForAuthenticatorCode(page, openChallenge(page, user, name));
  }
}

function openChallenge(
  { browserId, client, now, state }: PageRequest,
  { sub }: User,
  name: SignInChallengeName,
  totpSecret?: string,
): string {
  return state.challenges.open(
    { name, clientId: client.id, browserId, sub, ...(totpSecret === undefined ? {} : { totpSecret }) },
    now() + client.authSessionSeconds * 1_000,
  );
}

async function finishSignIn(page: PageRequest, user: User): Promise<void> {
  const { client, log, origin, provider, query, request, response } = page;
  const { sub } = user;
  await afterAuthentication(page, user, traceOf(request));
  await startSession(provider, request, response, sub);
  log.info({ clientId: client.id, sub }, 'signed in');
  record(request, 'login.succeeded', {});
  const authorizeQuery = new URLSearchParams(query);
  authorizeQuery.delete('prompt');
  redirect(response, `${origin}${PATHS.authorize}?${authorizeQuery.toString()}`);
}

/** Parameter of the local login page alone: name of a user of the users file, whose name and password it fills in. */
const FILL_IN = 'local_user';

const CHANGED_PASSWORD = 'The users file has an earlier password of this user. Enter the one that you chose.';

/** Returns the user of the users file that the page is to fill in, and removes the parameter. */
function takeDemoUser({ query, users }: PageRequest): SeededUser | undefined {
  const wanted = query.get(FILL_IN);
  query.delete(FILL_IN);
  return users.users.find(({ username }) => username === wanted);
}

function askForPassword(
  page: PageRequest,
  status: number,
  username: string,
  error?: string,
  password?: string,
): void {
  const { client, hosted, query, users } = page;
  const contents = loginPage({
    ...formContents(page, PATHS.login, error === undefined ? [] : [{ text: error }]),
    destination: client.name ?? new URL(query.get('redirect_uri') ?? '').host,
    nameLabel: nameLabel(hosted.pool.signIn),
    username,
    password,
    demoUsers: users.users.map((user) => {
      const filled = new URLSearchParams(query);
      filled.set(FILL_IN, user.username);
      return { name: user.username, url: `${PATHS.login}?${filled.toString()}` };
    }),
    forgotPasswordUrl:
      hosted.pool.recoversBy.length > 0 ? `${PATHS.forgotPassword}?${query.toString()}` : undefined,
    signUpUrl: hosted.pool.selfSignUp ? `${PATHS.signUp}?${query.toString()}` : undefined,
  });
  sendForm(page, status, contents);
}
