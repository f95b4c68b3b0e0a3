import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Account } from '../users/user';
import type { SignInChallengeName } from './challenges';
import type { FormPageContents, Problem } from '../pages/form-page';
import type { HostedClient } from '../pipeline/hosted-pool';
import { loginPage, nameLabel } from '../pages/login-page';
import { readNewPassword } from './new-password';
import { newPasswordPage } from '../pages/new-password-page';
import { passwordRules } from '../model/password-policy';
import { PATHS } from '../pipeline/paths';
import { refusalNote, refusalText } from './refused-password';
import { note } from '../pipeline/request-trace';
import type { SignInState } from '../state';
import type { Sessions } from './sessions';
import type { SignUp } from './sign-up';
import { acceptedStep, newTotpSecret, totpEnrolment } from '../users/totp';
import { totpPage, totpSetupPage } from '../pages/totp-pages';
import { EXPIRED_FORM, redirect, type Visit, type Visits } from './visits';

const WRONG_CODE = 'That code is not right, or was used before. Enter the one the app shows now.';

/** What the login page needs. */
export interface LoginOptions {
  readonly visits: Visits;
  readonly sessions: Sessions;
  /** Asks people with an unconfirmed account for their code. */
  readonly signUp: Pick<SignUp, 'askForCode'>;
  readonly state: Pick<SignInState, 'challenges'>;
  readonly origin: string;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * `/login`: the authorization request stands in its query. The first form asks for name and password; whatever else the
 * pool wants (a password of one's own, a code) is asked by further forms at the same address. Once somebody has signed
 * in, the browser goes back to `/oauth2/authorize` with the request, and there its session is found.
 */
export class Login {
  readonly #options: LoginOptions;

  constructor(options: LoginOptions) {
    this.#options = options;
  }

  /** Shows the form. */
  show(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
    const visit = this.#options.visits.begin(request, response, query);
    if (!visit) return;
    const hint = visit.found.hosted.pool.domain?.managedLogin === true ? query.get('login_hint') : null;
    note(request, 'the login page');
    this.#askForPassword(visit, { status: 200, username: hint ?? '' });
  }

  /** Takes a form. */
  async submit(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): Promise<void> {
    const { visits } = this.#options;
    const visit = visits.begin(request, response, query);
    const form = visit && (await visits.formOf(visit));
    if (!visit || !form) return;
    const { fields, genuine } = form;
    const username = fields.get('username') ?? '';
    if (!genuine) return this.#askForPassword(visit, { status: 403, username, error: EXPIRED_FORM });
    const session = fields.get('session');
    return session === null
      ? this.#takePassword(visit, username, fields.get('password') ?? '')
      : this.#takeAnswer(visit, session, fields);
  }

  async #takePassword(visit: Visit, username: string, password: string): Promise<void> {
    const { found, request } = visit;
    const authentication = found.hosted.users.authenticate(username, password);
    if (authentication.outcome === 'password-right') return this.#proceed(visit, authentication.account);
    const { log } = this.#options;
    log.info({ clientId: found.client.id, outcome: authentication.outcome }, 'sign-in refused');
    note(request, refusalNote(authentication));
    return this.#askForPassword(visit, {
      status: 200,
      username,
      error: refusalText(authentication, found.client),
    });
  }

  async #takeAnswer(visit: Visit, session: string, form: URLSearchParams): Promise<void> {
    const { found, browserId, request } = visit;
    const { state, now } = this.#options;
    const challenge = state.challenges.find(session, { browserId, clientId: found.client.id }, now());
    const account = challenge && found.hosted.users.bySub(challenge.sub);
    // What was asked may have been answered meanwhile, in another tab.
    if (!account || challenge.name !== nextChallenge(found, account)) {
      note(request, 'refused: the sign-in under way is over, or of another browser');
      return this.#askForPassword(visit, { status: 403, username: '', error: EXPIRED_FORM });
    }
    return challenge.name === 'NEW_PASSWORD_REQUIRED'
      ? this.#takeNewPassword(visit, session, account, form)
      : this.#takeCode(visit, session, account, challenge.name, form.get('code') ?? '', challenge.totpSecret);
  }

  async #takeNewPassword(
    visit: Visit,
    session: string,
    account: Account,
    form: URLSearchParams,
  ): Promise<void> {
    const { users, pool } = visit.found.hosted;
    const missing = users.missingAttributes(account);
    const { password, attributes, problems } = readNewPassword(form, pool.passwordPolicy, missing);
    if (problems.length > 0) {
      note(visit.request, 'the new password, or an attribute, does not fit the pool: asked again');
      return this.#askForNewPassword(visit, session, account, attributes, problems);
    }
    this.#options.state.challenges.close(session);
    users.confirm(account.sub, password, attributes);
    note(visit.request, 'new password set: the user is CONFIRMED');
    return this.#proceed(visit, users.bySub(account.sub) ?? account);
  }

  async #takeCode(
    visit: Visit,
    session: string,
    account: Account,
    name: SignInChallengeName,
    code: string,
    totpSecret = '',
  ): Promise<void> {
    const { state, now } = this.#options;
    const secret = name === 'MFA_SETUP' ? totpSecret : (account.totp?.secret ?? '');
    const usedStep = name === 'MFA_SETUP' ? undefined : account.totp?.usedStep;
    const step = acceptedStep(secret, code, now(), usedStep);
    if (step === undefined) {
      note(visit.request, 'wrong code, or one that was used before');
      return state.challenges.missed(session)
        ? this.#ask(visit, session, account, { name, totpSecret, error: WRONG_CODE })
        : this.#askForPassword(visit, {
            status: 403,
            username: '',
            error: 'Too many wrong codes. Please sign in again.',
          });
    }
    state.challenges.close(session);
    visit.found.hosted.users.enrolApp(account.sub, secret, step);
    note(visit.request, name === 'MFA_SETUP' ? 'authenticator app enrolled' : 'code right');
    return this.#finish(visit, account);
  }

  /** After a right password: whatever else the pool asks for, or the session. */
  async #proceed(visit: Visit, account: Account): Promise<void> {
    const { found, request, browserId } = visit;
    if (account.status === 'UNCONFIRMED') return this.#options.signUp.askForCode(visit, account);
    const name = nextChallenge(found, account);
    if (name === undefined) return this.#finish(visit, account);
    const { state, now } = this.#options;
    const totpSecret = name === 'MFA_SETUP' ? newTotpSecret() : '';
    const challenge = { name, clientId: found.client.id, browserId, sub: account.sub, totpSecret };
    const session = state.challenges.open(challenge, now() + found.client.authSessionSeconds * 1_000);
    note(request, `password right, then ${name}: ${REASONS[name]}`);
    return this.#ask(visit, session, account, { name, totpSecret });
  }

  async #finish({ request, response, query, found }: Visit, { sub }: Account): Promise<void> {
    const { sessions, log, origin } = this.#options;
    await sessions.start(request, response, sub);
    log.info({ clientId: found.client.id, sub }, 'signed in');
    note(request, 'signed in: a session of one hour starts, and the browser goes back for its code');
    redirect(response, `${origin}${PATHS.authorize}?${authorizeQuery(query)}`);
  }

  #askForPassword(
    visit: Visit,
    { status, username, error }: { status: number; username: string; error?: string },
  ): void {
    const { client, hosted } = visit.found;
    const page = loginPage({
      ...this.#frame(visit, error === undefined ? [] : [{ text: error }]),
      destination: client.name ?? new URL(visit.query.get('redirect_uri') ?? '').host,
      nameLabel: nameLabel(hosted.pool.signIn.by),
      username,
      forgotPasswordUrl: hosted.pool.passwordRecovery
        ? `${PATHS.forgotPassword}?${visit.query.toString()}`
        : undefined,
      signUpUrl: hosted.pool.selfSignUp ? `${PATHS.signUp}?${visit.query.toString()}` : undefined,
    });
    this.#options.visits.send(visit, status, page);
  }

  #askForNewPassword(
    visit: Visit,
    session: string,
    account: Account,
    attributes: Readonly<Record<string, string>>,
    problems: readonly Problem[] = [],
  ): void {
    const page = newPasswordPage({
      ...this.#frame(visit, problems, session),
      username: account.username,
      rules: passwordRules(visit.found.hosted.pool.passwordPolicy),
      attributes,
    });
    this.#options.visits.send(visit, 200, page);
  }

  #ask(
    visit: Visit,
    session: string,
    account: Account,
    { name, totpSecret, error }: { name: SignInChallengeName; totpSecret: string; error?: string },
  ): void {
    const { hosted } = visit.found;
    const form = this.#frame(visit, error === undefined ? [] : [{ text: error }], session);
    switch (name) {
      case 'NEW_PASSWORD_REQUIRED': {
        const attributes = Object.fromEntries(
          hosted.users.missingAttributes(account).map((each) => [each, '']),
        );
        return this.#askForNewPassword(visit, session, account, attributes);
      }
      case 'MFA_SETUP': {
        const issuer = `${hosted.pool.domain?.prefix ?? hosted.pool.logicalId} (local)`;
        const label = String(account.attributes.email ?? account.username);
        return this.#options.visits.send(
          visit,
          200,
          totpSetupPage(form, totpEnrolment(totpSecret, issuer, label)),
        );
      }
      case 'SOFTWARE_TOKEN_MFA':
        return this.#options.visits.send(visit, 200, totpPage(form));
    }
  }

  #frame(visit: Visit, problems: readonly Problem[], session?: string): FormPageContents {
    return this.#options.visits.frame(visit, PATHS.login, problems, session);
  }
}

const REASONS: Readonly<Record<SignInChallengeName, string>> = {
  NEW_PASSWORD_REQUIRED: 'it is a temporary one',
  MFA_SETUP: 'the pool requires a second factor, and no app is enrolled yet',
  SOFTWARE_TOKEN_MFA: 'an authenticator app is enrolled',
};

/** A password of one's own comes before the second factor, as Cognito asks. */
function nextChallenge(
  { hosted: { pool } }: HostedClient,
  account: Account,
): SignInChallengeName | undefined {
  if (account.status === 'FORCE_CHANGE_PASSWORD') return 'NEW_PASSWORD_REQUIRED';
  if (pool.mfa === 'OFF') return undefined;
  if (account.totp) return 'SOFTWARE_TOKEN_MFA';
  return pool.mfa === 'ON' ? 'MFA_SETUP' : undefined;
}

/** The request again, less the wish to see the login page: that has been granted. */
function authorizeQuery(query: URLSearchParams): string {
  const rest = new URLSearchParams(query);
  rest.delete('prompt');
  return rest.toString();
}
