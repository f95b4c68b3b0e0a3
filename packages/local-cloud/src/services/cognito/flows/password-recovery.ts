import type { CognitoEvents } from '../../../trace/cognito-events';
import { passwordRules } from '../model/attributes';
import type { UserPool } from '../model/user-pool';
import { problemPage } from '../pages/error-page';
import type { Problem } from '../pages/form-page';
import { nameLabel } from '../pages/sign-in-pages';
import { sendPage } from '../pages/page';
import { forgotPasswordPage, resetPasswordPage } from '../pages/password-pages';
import { PATHS, record, traceOf } from '../pipeline/request';
import { afterConfirmation } from '../triggers/post-confirmation';
import { migrateUser } from '../triggers/user-migration';
import { type Destination, destinationOf } from '../users/messages';
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
const PAGE_MS = 3_600_000;

type Reason = CognitoEvents['recovery.rejected']['reason'];

export const RECOVERY_TEXTS: Readonly<Record<Reason, string>> = {
  'unknown-user': 'User does not exist.',
  'temporary-password': 'User password cannot be reset in the current state.',
  'not-verified':
    'Cannot reset password for the user as there is no registered/verified email or phone_number',
};

/** Returns whether the user pool lets users reset passwords; otherwise sends the error page. */
export function allowsRecovery({ hosted, request, response }: PageRequest): boolean {
  if (hosted.pool.recoversBy.length > 0) return true;
  record(request, 'recovery.disabled', {});
  const hint = 'AccountRecoverySetting of the user pool lets only administrators reset passwords.';
  sendPage(response, 400, problemPage('Contact administrator to reset password.', undefined, hint));
  return false;
}

export function showForgotPassword(page: PageRequest): void {
  askForName(page, 200, page.query.get('login_hint') ?? '');
}

/**
 * Creates a code and logs it; AWS sends it by e-mail (row CG-LG-05). With `PreventUserExistenceErrors`, the page is the same
 * for users who do not exist (row CG-AD-04).
 */
export async function sendRecoveryCode(form: FormRequest): Promise<void> {
  const { browserId, client, hosted, now, request, state } = form;
  const name = form.fields.get('username') ?? '';
  if (!form.isGenuine) return askForName(form, 403, name, EXPIRED_FORM);
  await migrateUser(form, { username: name, password: undefined }, traceOf(request));
  const user = hosted.users.byName(name);
  const destination = user && recoveryDestination(hosted.pool, user);
  const reason = rejectionReason(user, destination);
  if (reason !== undefined)
    record(request, 'recovery.rejected', { reason, hidden: client.hidesUnknownUsers });
  if (reason !== undefined && !client.hidesUnknownUsers)
    return askForName(form, 200, name, RECOVERY_TEXTS[reason]);
  if (reason === undefined && user && destination) {
    await sendCode(form, user, 'ForgotPassword', destination, form);
    record(request, 'recovery.code-sent', {});
  }
  const sub = reason === undefined ? (user?.sub ?? '') : '';
  const session = state.challenges.open(
    { name: 'RESET_PASSWORD', clientId: client.id, browserId, sub },
    now() + PAGE_MS,
  );
  askForCode(form, session);
}

export async function resetPassword(form: FormRequest): Promise<void> {
  const { browserId, client, fields, hosted, now, request, state } = form;
  const session = fields.get('session') ?? '';
  const from = { browserId, clientId: client.id };
  const challenge = form.isGenuine ? state.challenges.find(session, from, now()) : undefined;
  if (challenge?.name !== 'RESET_PASSWORD') return askForName(form, 403, '', EXPIRED_FORM);
  const { password, problems } = readNewPassword(fields, hosted.pool.passwordPolicy, []);
  if (problems.length > 0) return askForCode(form, session, problems);
  const user = hosted.users.bySub(challenge.sub);
  const code = fields.get('code') ?? '';
  if (!user || typeof state.codes.check(user.sub, 'new-password', code, now()) === 'string') {
    record(request, 'recovery.code-rejected', {});
    const text = 'Invalid verification code provided, please try again.';
    return state.challenges.failed(session)
      ? askForCode(form, session, [{ text, input: 'code' }])
      : askForName(form, 403, '', 'Too many wrong codes. Please request a new one.');
  }
  state.challenges.close(session);
  hosted.users.setPassword(user.sub, password);
  const { sub } = user;
  const confirmation = { clientId: client.id, sub, source: 'ConfirmForgotPassword' } as const;
  await afterConfirmation(hosted, confirmation, traceOf(request));
  record(request, 'recovery.password-reset', {});
  redirectToLogin(form);
}

function askForName(page: PageRequest, status: number, username: string, error?: string): void {
  const contents = forgotPasswordPage({
    ...formContents(page, PATHS.forgotPassword, error === undefined ? [] : [{ text: error }]),
    nameLabel: nameLabel(page.hosted.pool.signIn),
    username,
    loginUrl: `${PATHS.login}?${page.query.toString()}`,
  });
  sendForm(page, status, contents);
}

function askForCode(page: PageRequest, session: string, problems: readonly Problem[] = []): void {
  const contents = resetPasswordPage({
    ...formContents(page, PATHS.confirmForgotPassword, problems, session),
    rules: passwordRules(page.hosted.pool.passwordPolicy),
  });
  sendForm(page, 200, contents);
}

/** Returns where a code for a new password goes: the first verified attribute that `AccountRecoverySetting` allows. */
export function recoveryDestination(
  { recoversBy }: Pick<UserPool, 'recoversBy'>,
  user: User,
): Destination | undefined {
  return destinationOf(
    user,
    recoversBy.filter((attribute) => user.attributes[`${attribute}_verified`] === true),
  );
}

export function rejectionReason(
  user: User | undefined,
  destination: Destination | undefined,
): Reason | undefined {
  if (!user) return 'unknown-user';
  if (user.status === 'FORCE_CHANGE_PASSWORD') return 'temporary-password';
  return destination === undefined ? 'not-verified' : undefined;
}
