import { attributeLabel, CONTACT_FORMATS, passwordRules } from '../model/attributes';
import type { UserPool } from '../model/user-pool';
import { notEmulatedPage, problemPage } from '../pages/error-page';
import type { Problem } from '../pages/form-page';
import { attributeInput, confirmSignUpPage, signUpPage } from '../pages/password-pages';
import { sendPage } from '../pages/page';
import { PATHS, record, traceOf } from '../pipeline/request';
import { afterConfirmation } from '../triggers/post-confirmation';
import { signUpUser } from '../triggers/pre-sign-up';
import { destinationOf } from '../users/messages';
import { usernameFault } from '../users/user-directory';
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
import { sendCode } from './send-code';

/** How long the page waits for a code. */
const PAGE_MS = 24 * 3_600_000;
const USERNAME = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u;

/** Returns whether the user pool lets users sign up; otherwise sends the error page. */
export function allowsSignUp({ hosted, request, response, users }: PageRequest): boolean {
  if (hosted.pool.selfSignUp) return true;
  record(request, 'sign-up.disabled', {});
  const why = 'AllowAdminCreateUserOnly of the user pool lets only administrators create users.';
  const page = notEmulatedPage('SignUp is not permitted for this user pool', why, users.source);
  sendPage(response, 400, page);
  return false;
}

export function showSignUp(page: PageRequest): void {
  askForUser(page, 200, new URLSearchParams());
}

/** Creates an unconfirmed user and sends a code. */
export async function submitSignUp(form: FormRequest): Promise<void> {
  const { fields, request } = form;
  if (!form.isGenuine) return askForUser(form, 403, fields, [{ text: EXPIRED_FORM }]);
  const { pool } = form.hosted;
  const read = readNewPassword(fields, pool.passwordPolicy, formAttributes(pool));
  const { password, attributes } = read;
  const [nameAttribute] = pool.signIn.usernameAttributes;
  const typed = nameAttribute === undefined ? fields.get('username')?.trim() : attributes[nameAttribute];
  const username = typed ?? '';
  const problems = [...nameProblems(pool, username, attributes), ...read.problems];
  if (problems.length > 0) return askForUser(form, 200, fields, problems);
  const user = await signUpUser(form, { username, password, attributes }, traceOf(request));
  if (!user) {
    record(request, 'sign-up.user-exists', {});
    const input = nameAttribute === undefined ? 'username' : attributeInput(nameAttribute);
    return askForUser(form, 200, fields, [{ text: 'User already exists.', input }]);
  }
  record(request, 'sign-up.user-created', {});
  if (user.status === 'CONFIRMED') return redirectToLogin(form);
  await sendConfirmationCode(form, user, 'SignUp');
}

/** Creates a code for an unconfirmed user and logs it; AWS sends it by e-mail or SMS (row CG-LG-05). */
export async function sendConfirmationCode(
  page: PageRequest,
  user: User,
  source: 'ResendCode' | 'SignUp',
): Promise<void> {
  const { browserId, client, hosted, now, request, response, state } = page;
  const destination = destinationOf(user, hosted.pool.verifies);
  if (!destination) {
    record(request, 'sign-up.not-verified', {});
    const hint =
      'AutoVerifiedAttributes of the user pool has no attribute of the user, so an administrator must confirm the user.';
    return sendPage(response, 200, problemPage('User is not confirmed.', undefined, hint));
  }
  const { sub } = user;
  await sendCode(page, user, source, destination, page);
  record(request, 'sign-up.code-sent', {});
  const session = state.challenges.open(
    { name: 'CONFIRM_SIGN_UP', clientId: client.id, browserId, sub },
    now() + PAGE_MS,
  );
  askForCode(page, session);
}

export async function confirmSignUp(form: FormRequest): Promise<void> {
  const pending = pendingConfirmation(form);
  if (!pending) return;
  const { session, user } = pending;
  const { client, fields, hosted, now, request, state } = form;
  const sentTo = state.codes.check(user.sub, 'sign-up', fields.get('code') ?? '', now());
  if (typeof sentTo === 'string') {
    record(request, 'sign-up.code-rejected', {});
    const text = 'Invalid verification code provided, please try again.';
    return state.challenges.failed(session)
      ? askForCode(form, session, [{ text, input: 'code' }])
      : redirectToLogin(form);
  }
  state.challenges.close(session);
  hosted.users.confirmSignUp(user.sub, sentTo.attribute);
  const { sub } = user;
  const confirmation = { clientId: client.id, sub, source: 'ConfirmSignUp' } as const;
  await afterConfirmation(hosted, confirmation, traceOf(request));
  record(request, 'sign-up.confirmed', {});
  redirectToLogin(form);
}

export async function resendConfirmationCode(form: FormRequest): Promise<void> {
  const pending = pendingConfirmation(form);
  if (!pending) return;
  form.state.challenges.close(pending.session);
  await sendConfirmationCode(form, pending.user, 'ResendCode');
}

/** @returns `undefined` after a redirect to the login page */
function pendingConfirmation(form: FormRequest) {
  const { browserId, client, fields, hosted, now, request, state } = form;
  const session = fields.get('session') ?? '';
  const from = { browserId, clientId: client.id };
  const challenge = form.isGenuine ? state.challenges.find(session, from, now()) : undefined;
  const user = hosted.users.bySub(challenge?.sub ?? '');
  if (challenge?.name === 'CONFIRM_SIGN_UP' && user?.status === 'UNCONFIRMED') {
    return { session, user };
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
    nameLabel: pool.signIn.usernameAttributes.length > 0 ? undefined : attributeLabel('username'),
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

/** Required attributes, and those that users sign in with or that get the code. */
function formAttributes({ requiredAttributes, signIn, verifies }: UserPool): string[] {
  // One of the attributes is enough, and a username needs no preferred one.
  const names = [...signIn.usernameAttributes, ...signIn.aliasAttributes].slice(0, 1);
  const codes = verifies.some((attribute) => names.includes(attribute)) ? [] : verifies.slice(-1);
  return [
    ...new Set([...names.filter((name) => name !== 'preferred_username'), ...codes, ...requiredAttributes]),
  ];
}

function nameProblems(
  pool: UserPool,
  username: string,
  attributes: Readonly<Record<string, string>>,
): Problem[] {
  const problems: Problem[] = [];
  const like = usernameFault(pool, username);
  if (pool.signIn.usernameAttributes.length === 0 && !USERNAME.test(username)) {
    problems.push({ text: 'A username has 1 to 128 characters and no spaces.', input: 'username' });
  } else if (like !== undefined) {
    problems.push({ text: `A username cannot be ${like}.`, input: 'username' });
  }
  for (const [name, format] of Object.entries(CONTACT_FORMATS)) {
    if ((attributes[name] ?? '') === '' || format.test(attributes[name] ?? '')) continue;
    problems.push({ text: `${attributeLabel(name)} is not valid.`, input: attributeInput(name) });
  }
  return problems;
}
