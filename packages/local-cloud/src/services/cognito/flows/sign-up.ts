import { randomInt } from 'node:crypto';
import { attributeLabel, passwordRules } from '../model/attributes';
import type { UserPool } from '../model/user-pool';
import { notEmulatedPage, problemPage } from '../pages/error-page';
import type { Problem } from '../pages/form-page';
import { nameLabel } from '../pages/sign-in-pages';
import { attributeInput, confirmSignUpPage, signUpPage } from '../pages/password-pages';
import { sendPage } from '../pages/page';
import { PATHS, record } from '../pipeline/request';
import type { User } from '../users/user-file';
import { readNewPassword } from './new-password';
import {
  EXPIRED_FORM,
  formContents,
  type FormRequest,
  type PageRequest,
  redirectToLogin,
  sendForm,
} from './page-request';

const CODE_MS = 24 * 3_600_000;
const USERNAME = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** Returns whether the user pool lets users sign up; otherwise sends the error page. */
export function allowsSignUp({ hosted, request, response, usersSource }: PageRequest): boolean {
  if (hosted.pool.selfSignUp) return true;
  record(request, 'sign-up.disabled', {});
  const why = 'AllowAdminCreateUserOnly of the user pool lets only administrators create users.';
  const page = notEmulatedPage('SignUp is not permitted for this user pool', why, usersSource);
  sendPage(response, 400, page);
  return false;
}

export function showSignUp(page: PageRequest): void {
  askForUser(page, 200, new URLSearchParams());
}

/** Creates an unconfirmed user and sends a code. */
export function submitSignUp(form: FormRequest): void {
  const { fields, request } = form;
  if (!form.isGenuine) return askForUser(form, 403, fields, [{ text: EXPIRED_FORM }]);
  const { pool, users } = form.hosted;
  const read = readNewPassword(fields, pool.passwordPolicy, formAttributes(pool));
  const { password, attributes } = read;
  const username = (pool.signIn.by === 'email' ? attributes.email : fields.get('username')?.trim()) ?? '';
  const problems = [...nameProblems(pool, username, attributes.email), ...read.problems];
  if (problems.length > 0) return askForUser(form, 200, fields, problems);
  const user = users.signUp(username, password, attributes);
  if (!user) {
    record(request, 'sign-up.user-exists', {});
    const input = pool.signIn.by === 'email' ? attributeInput('email') : 'username';
    return askForUser(form, 200, fields, [{ text: 'User already exists.', input }]);
  }
  record(request, 'sign-up.user-created', {});
  sendConfirmationCode(form, user);
}

/** Creates a code for an unconfirmed user and logs it; AWS sends it by e-mail (row CG-LG-05). */
export function sendConfirmationCode(page: PageRequest, { sub, attributes }: User): void {
  const { browserId, client, hosted, log, now, request, response, state } = page;
  if (!hosted.pool.verifiesEmail) {
    record(request, 'sign-up.email-not-verified', {});
    const hint =
      'AutoVerifiedAttributes of the user pool does not include email, so an administrator must confirm the user.';
    return sendPage(response, 200, problemPage('User is not confirmed.', undefined, hint));
  }
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  log.info({ to: attributes.email }, `e-mail of the user pool: Your confirmation code is ${code}`);
  record(request, 'sign-up.code-sent', {});
  const session = state.challenges.open(
    { name: 'CONFIRM_SIGN_UP', clientId: client.id, browserId, sub, code },
    now() + CODE_MS,
  );
  askForCode(page, session);
}

export function confirmSignUp(form: FormRequest): void {
  const pending = pendingConfirmation(form);
  if (!pending) return;
  const { session, user, code } = pending;
  const { fields, hosted, request, state } = form;
  if ((fields.get('code') ?? '').trim() !== code) {
    record(request, 'sign-up.code-rejected', {});
    const text = 'Invalid verification code provided, please try again.';
    return state.challenges.failed(session)
      ? askForCode(form, session, [{ text, input: 'code' }])
      : redirectToLogin(form);
  }
  state.challenges.close(session);
  hosted.users.confirmSignUp(user.sub);
  record(request, 'sign-up.confirmed', {});
  redirectToLogin(form);
}

export function resendConfirmationCode(form: FormRequest): void {
  const pending = pendingConfirmation(form);
  if (!pending) return;
  form.state.challenges.close(pending.session);
  sendConfirmationCode(form, pending.user);
}

/** @returns `undefined` after a redirect to the login page */
function pendingConfirmation(form: FormRequest) {
  const { browserId, client, fields, hosted, now, request, state } = form;
  const session = fields.get('session') ?? '';
  const from = { browserId, clientId: client.id };
  const challenge = form.isGenuine ? state.challenges.find(session, from, now()) : undefined;
  const user = hosted.users.bySub(challenge?.sub ?? '');
  if (challenge?.name === 'CONFIRM_SIGN_UP' && user?.status === 'UNCONFIRMED') {
    return { session, user, code: challenge.code ?? '' };
  }
  record(request, 'sign-up.no-code-pending', {});
  redirectToLogin(form);
  return undefined;
}

function askForUser(
  page: PageRequest,
  status: number,
  typed: URLSearchParams,
  problems: readonly Problem[] = [],
): void {
  const { pool } = page.hosted;
  const contents = signUpPage({
    ...formContents(page, PATHS.signUp, problems),
    nameLabel: pool.signIn.by === 'email' ? undefined : nameLabel('username'),
    username: typed.get('username') ?? '',
    attributes: Object.fromEntries(
      formAttributes(pool).map((name) => [name, typed.get(attributeInput(name)) ?? '']),
    ),
    rules: passwordRules(pool.passwordPolicy),
    loginUrl: `${PATHS.login}?${page.query.toString()}`,
  });
  sendForm(page, status, contents);
}

function askForCode(page: PageRequest, session: string, problems: readonly Problem[] = []): void {
  const contents = confirmSignUpPage({
    ...formContents(page, PATHS.confirmSignUp, problems, session),
    resendUrl: `${PATHS.resendCode}?${page.query.toString()}`,
  });
  sendForm(page, 200, contents);
}

/** Required attributes, and the e-mail address if it is a name to sign in with or gets the code. */
function formAttributes({ requiredAttributes, signIn, verifiesEmail }: UserPool): string[] {
  const email = signIn.by !== 'username' || verifiesEmail ? ['email'] : [];
  return [...new Set([...email, ...requiredAttributes])];
}

function nameProblems(pool: UserPool, username: string, email: string | undefined): Problem[] {
  const problems: Problem[] = [];
  if (pool.signIn.by !== 'email' && !USERNAME.test(username)) {
    problems.push({ text: 'A username has 1 to 128 characters and no spaces.', input: 'username' });
  } else if (pool.signIn.by === 'username-or-email' && username.includes('@')) {
    problems.push({ text: 'A username cannot be an e-mail address.', input: 'username' });
  }
  if (email !== undefined && email !== '' && !EMAIL.test(email)) {
    problems.push({ text: `${attributeLabel('email')} is not valid.`, input: attributeInput('email') });
  }
  return problems;
}
