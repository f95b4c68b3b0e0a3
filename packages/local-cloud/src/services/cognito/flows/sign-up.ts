import { randomInt } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Account } from '../users/user';
import { attributeLabel } from '../model/attributes';
import { absentPage } from '../pages/absent-pages';
import { problemPage } from '../pages/error-page';
import type { Problem } from '../pages/form-page';
import { nameLabel } from '../pages/login-page';
import { readNewPassword } from './new-password';
import { attributeInput } from '../pages/new-password-page';
import { type Page, sendPage } from '../pages/page';
import { passwordRules } from '../model/password-policy';
import { PATHS } from '../pipeline/paths';
import { note } from '../pipeline/request-trace';
import type { SignInState } from '../state';
import { confirmSignUpPage, signUpPage } from '../pages/sign-up-pages';
import type { UserPool } from '../model/user-pool';
import { EXPIRED_FORM, redirect, type Visit, type Visits } from './visits';

const CODE_MS = 24 * 3_600_000;
const USER_NAME = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** What sign-up needs. */
export interface SignUpOptions {
  readonly visits: Visits;
  readonly state: Pick<SignInState, 'challenges'>;
  readonly origin: string;
  readonly usersSource: string;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * `/signup`, `/confirm` and `/resendcode` (row CG-LG-05), where the pool lets people make accounts. What AWS sends by e-mail
 * is written to the log here.
 */
export class SignUp {
  readonly #options: SignUpOptions;

  constructor(options: SignUpOptions) {
    this.#options = options;
  }

  /** Shows the form. */
  show(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
    const visit = this.#begin(request, response, query);
    if (visit) this.#askForAccount(visit, 200, new URLSearchParams());
  }

  /** Makes an account. */
  async submit(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): Promise<void> {
    const visit = this.#begin(request, response, query);
    const form = visit && (await this.#options.visits.formOf(visit));
    if (!visit || !form) return;
    const { fields, genuine } = form;
    if (!genuine) return this.#askForAccount(visit, 403, fields, [{ text: EXPIRED_FORM }]);
    const { pool, users } = visit.found.hosted;
    const { password, attributes, problems } = readNewPassword(
      fields,
      pool.passwordPolicy,
      askedAttributes(pool),
    );
    const username = pool.signIn.by === 'email' ? attributes.email : fields.get('username')?.trim();
    const all = [...nameProblems(pool, username ?? '', attributes.email), ...problems];
    if (all.length > 0) return this.#askForAccount(visit, 200, fields, all);
    const account = users.signUp(username ?? '', password, attributes);
    if (!account) {
      note(request, 'refused: somebody has that name already');
      const input = pool.signIn.by === 'email' ? attributeInput('email') : 'username';
      return this.#askForAccount(visit, 200, fields, [{ text: 'User already exists.', input }]);
    }
    note(request, 'account made: UNCONFIRMED');
    return this.askForCode(visit, account);
  }

  /** Makes a code for somebody whose account is not confirmed, and asks for it. */
  askForCode(visit: Visit, account: Account): void {
    const { visits, state, now, log } = this.#options;
    if (!visit.found.hosted.pool.verifiesEmail) {
      note(visit.request, 'no code: AutoVerifiedAttributes of the pool does not name email');
      const hint =
        'The user pool verifies no e-mail addresses, so an administrator has to confirm the account.';
      return sendPage(visit.response, 200, problemPage('User is not confirmed.', undefined, hint));
    }
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    log.info({ to: account.attributes.email }, `e-mail of the user pool: Your confirmation code is ${code}`);
    note(visit.request, 'a code to confirm the account was made: AWS mails it, here it is in the log');
    const { browserId, found } = visit;
    const session = state.challenges.open(
      { name: 'CONFIRM_SIGN_UP', clientId: found.client.id, browserId, sub: account.sub, code },
      now() + CODE_MS,
    );
    visits.send(visit, 200, this.#codePage(visit, session));
  }

  /** Takes the code; then the login page is where to go. */
  async confirm(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): Promise<void> {
    const underWay = await this.#underWay(request, response, query);
    if (!underWay) return;
    const { visit, fields, session, account, code } = underWay;
    const { visits, state, origin } = this.#options;
    if ((fields.get('code') ?? '').trim() !== code) {
      note(request, 'refused: wrong code');
      const text = 'Invalid verification code provided, please try again.';
      return state.challenges.missed(session)
        ? visits.send(visit, 200, this.#codePage(visit, session, [{ text, input: 'code' }]))
        : redirect(response, `${origin}${PATHS.login}?${query.toString()}`);
    }
    state.challenges.close(session);
    visit.found.hosted.users.confirmSignUp(account.sub);
    note(request, 'the user is CONFIRMED: to the login page');
    redirect(response, `${origin}${PATHS.login}?${query.toString()}`);
  }

  /** Makes another code. */
  async resend(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): Promise<void> {
    const underWay = await this.#underWay(request, response, query);
    if (!underWay) return;
    this.#options.state.challenges.close(underWay.session);
    this.askForCode(underWay.visit, underWay.account);
  }

  /** @returns `undefined` when the browser was sent to the login page, or refused */
  async #underWay(request: IncomingMessage, response: ServerResponse, query: URLSearchParams) {
    const { visits, state, now, origin } = this.#options;
    const visit = this.#begin(request, response, query);
    const form = visit && (await visits.formOf(visit));
    if (!visit || !form) return undefined;
    const session = form.fields.get('session') ?? '';
    const from = { browserId: visit.browserId, clientId: visit.found.client.id };
    const challenge = form.genuine ? state.challenges.find(session, from, now()) : undefined;
    const account = visit.found.hosted.users.bySub(challenge?.sub ?? '');
    if (challenge?.name !== 'CONFIRM_SIGN_UP' || account?.status !== 'UNCONFIRMED') {
      note(request, 'refused: no account waits for a code of this browser: to the login page');
      redirect(response, `${origin}${PATHS.login}?${query.toString()}`);
      return undefined;
    }
    return { visit, fields: form.fields, session, account, code: challenge.code ?? '' };
  }

  #begin(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): Visit | undefined {
    const visit = this.#options.visits.begin(request, response, query);
    if (!visit || visit.found.hosted.pool.selfSignUp) return visit;
    note(request, 'refused: AllowAdminCreateUserOnly of the pool is true');
    const why = 'AllowAdminCreateUserOnly of the user pool leaves it to administrators to make accounts.';
    sendPage(
      response,
      400,
      absentPage('SignUp is not permitted for this user pool', why, this.#options.usersSource),
    );
    return undefined;
  }

  #askForAccount(
    visit: Visit,
    status: number,
    typed: URLSearchParams,
    problems: readonly Problem[] = [],
  ): void {
    const { visits } = this.#options;
    const { pool } = visit.found.hosted;
    const page = signUpPage({
      ...visits.frame(visit, PATHS.signUp, problems),
      nameLabel: pool.signIn.by === 'email' ? undefined : nameLabel('username'),
      username: typed.get('username') ?? '',
      attributes: Object.fromEntries(
        askedAttributes(pool).map((name) => [name, typed.get(attributeInput(name)) ?? '']),
      ),
      rules: passwordRules(pool.passwordPolicy),
      loginUrl: `${PATHS.login}?${visit.query.toString()}`,
    });
    visits.send(visit, status, page);
  }

  #codePage(visit: Visit, session: string, problems: readonly Problem[] = []): Page {
    return confirmSignUpPage({
      ...this.#options.visits.frame(visit, PATHS.confirmSignUp, problems, session),
      resendUrl: `${PATHS.resendCode}?${visit.query.toString()}`,
    });
  }
}

/** Required attributes, and the e-mail address where it is a name or gets a code. */
function askedAttributes({ requiredAttributes, signIn, verifiesEmail }: UserPool): string[] {
  const email = signIn.by !== 'username' || verifiesEmail ? ['email'] : [];
  return [...new Set([...email, ...requiredAttributes])];
}

function nameProblems(pool: UserPool, username: string, email: string | undefined): Problem[] {
  const problems: Problem[] = [];
  if (pool.signIn.by !== 'email' && !USER_NAME.test(username)) {
    problems.push({ text: 'A username is 1 to 128 characters without spaces.', input: 'username' });
  } else if (pool.signIn.by === 'username-or-email' && username.includes('@')) {
    problems.push({ text: 'A username cannot look like an e-mail address here.', input: 'username' });
  }
  if (email !== undefined && email !== '' && !EMAIL.test(email)) {
    problems.push({
      text: `${attributeLabel('email')} is not one that a code could be sent to.`,
      input: attributeInput('email'),
    });
  }
  return problems;
}
