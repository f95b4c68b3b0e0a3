import { randomInt, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Account } from '../users/user';
import { problemPage } from '../pages/error-page';
import type { Problem } from '../pages/form-page';
import { nameLabel } from '../pages/login-page';
import { readNewPassword } from './new-password';
import { sendPage } from '../pages/page';
import { passwordRules } from '../model/password-policy';
import { forgottenPasswordPage, resetPasswordPage } from '../pages/password-recovery-pages';
import { PATHS } from '../pipeline/paths';
import { note } from '../pipeline/request-trace';
import type { SignInState } from '../state';
import { EXPIRED_FORM, redirect, type Visit, type Visits } from './visits';

const CODE_MS = 3_600_000;

/** What the recovery of passwords needs. */
export interface PasswordRecoveryOptions {
  readonly visits: Visits;
  readonly state: Pick<SignInState, 'challenges'>;
  readonly origin: string;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * `/forgotPassword` and `/confirmforgotPassword` (row CG-LG-05): a code, then a new password. What AWS sends by e-mail is
 * written to the log here.
 *
 * Where the client hides who exists, the pages say the same of a name that nobody has (row CG-AD-04).
 */
export class PasswordRecovery {
  readonly #options: PasswordRecoveryOptions;

  constructor(options: PasswordRecoveryOptions) {
    this.#options = options;
  }

  /** Asks who forgot a password. */
  show(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
    const visit = this.#begin(request, response, query);
    if (visit) this.#askForName(visit, 200, query.get('login_hint') ?? '');
  }

  /** Takes the name, and makes a code. */
  async sendCode(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): Promise<void> {
    const { visits, state, now, log } = this.#options;
    const visit = this.#begin(request, response, query);
    const form = visit && (await visits.formOf(visit));
    if (!visit || !form) return;
    const name = form.fields.get('username') ?? '';
    if (!form.genuine) return this.#askForName(visit, 403, name, EXPIRED_FORM);
    const { client, hosted } = visit.found;
    const account = hosted.users.byName(name);
    const fault = recoveryFault(account);
    if (fault !== undefined && !client.hidesUnknownUsers) {
      note(request, `refused: ${fault}`);
      return this.#askForName(visit, 200, name, fault);
    }
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    if (fault === undefined) {
      log.info(
        { to: account?.attributes.email },
        `e-mail of the user pool: Your password reset code is ${code}`,
      );
      note(request, 'a code to reset the password was made: AWS mails it, here it is in the log');
    } else {
      note(request, `no code was made, and the page does not say so: ${fault}`);
    }
    const session = state.challenges.open(
      {
        name: 'RESET_PASSWORD',
        clientId: client.id,
        browserId: visit.browserId,
        sub: fault === undefined ? (account?.sub ?? '') : '',
        code,
      },
      now() + CODE_MS,
    );
    this.#askForCode(visit, 200, session);
  }

  /** Takes code and new password; then the login page is where to go. */
  async reset(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): Promise<void> {
    const { visits, state, now, origin } = this.#options;
    const visit = this.#begin(request, response, query);
    const form = visit && (await visits.formOf(visit));
    if (!visit || !form) return;
    const { hosted, client } = visit.found;
    const session = form.fields.get('session') ?? '';
    const from = { browserId: visit.browserId, clientId: client.id };
    const challenge = form.genuine ? state.challenges.find(session, from, now()) : undefined;
    if (challenge?.name !== 'RESET_PASSWORD') return this.#askForName(visit, 403, '', EXPIRED_FORM);
    const { password, problems } = readNewPassword(form.fields, hosted.pool.passwordPolicy, []);
    if (problems.length > 0) return this.#askForCode(visit, 200, session, problems);
    const account = hosted.users.bySub(challenge.sub);
    if (!account || !sameCode(form.fields.get('code') ?? '', challenge.code ?? '')) {
      note(request, 'refused: wrong code');
      const text = 'Invalid verification code provided, please try again.';
      return state.challenges.missed(session)
        ? this.#askForCode(visit, 200, session, [{ text, input: 'code' }])
        : this.#askForName(visit, 403, '', 'Too many wrong codes. Please ask for a new one.');
    }
    state.challenges.close(session);
    hosted.users.setPassword(account.sub, password);
    note(request, 'new password set: to the login page');
    redirect(response, `${origin}${PATHS.login}?${query.toString()}`);
  }

  #begin(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): Visit | undefined {
    const visit = this.#options.visits.begin(request, response, query);
    if (!visit || visit.found.hosted.pool.passwordRecovery) return visit;
    note(request, 'refused: AccountRecoverySetting of the pool does not name verified_email');
    const hint = 'The AccountRecoverySetting of the user pool leaves this to administrators.';
    sendPage(response, 400, problemPage('Contact administrator to reset password.', undefined, hint));
    return undefined;
  }

  #askForName(visit: Visit, status: number, username: string, error?: string): void {
    const { visits } = this.#options;
    const problems = error === undefined ? [] : [{ text: error }];
    const page = forgottenPasswordPage({
      ...visits.frame(visit, PATHS.forgotPassword, problems),
      nameLabel: nameLabel(visit.found.hosted.pool.signIn.by),
      username,
      loginUrl: `${PATHS.login}?${visit.query.toString()}`,
    });
    visits.send(visit, status, page);
  }

  #askForCode(visit: Visit, status: number, session: string, problems: readonly Problem[] = []): void {
    const { visits } = this.#options;
    const page = resetPasswordPage({
      ...visits.frame(visit, PATHS.confirmForgotPassword, problems, session),
      rules: passwordRules(visit.found.hosted.pool.passwordPolicy),
    });
    visits.send(visit, status, page);
  }
}

/** Why somebody cannot reset a password, in Cognito's words. */
function recoveryFault(account: Account | undefined): string | undefined {
  if (!account) return 'User does not exist.';
  if (account.status === 'FORCE_CHANGE_PASSWORD')
    return 'User password cannot be reset in the current state.';
  return account.attributes.email_verified === true
    ? undefined
    : 'Cannot reset password for the user as there is no registered/verified email or phone_number';
}

function sameCode(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given.trim()), Buffer.from(expected)];
  return one.length === other.length && one.length > 0 && timingSafeEqual(one, other);
}
