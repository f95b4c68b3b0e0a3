import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider/lib/provider.js';
import type { Logger } from 'pino';
import type { Account } from './account';
import type { Challenge, ChallengeName } from './challenges';
import { browserIdOf, CSRF_COOKIE, CsrfTokens } from './csrf';
import { type ErrorReason, errorPage, errorPageUrl } from './error-page';
import { UnreadableFormError } from './errors';
import { readForm } from './form-body';
import type { FormPageContents, Problem } from './form-page';
import type { FindClient, HostedClient } from './hosted-pool';
import { loginPage } from './login-page';
import { readNewPassword } from './new-password';
import { newPasswordPage } from './new-password-page';
import { type Page, sendPage } from './page';
import { passwordRules } from './password-policy';
import { PATHS } from './paths';
import { refusalNote, refusalText } from './refused-password';
import { note } from './request-trace';
import type { SignInState } from './sign-in-state';
import type { Sessions } from './sessions';
import { acceptedStep, newTotpSecret, totpEnrolment } from './totp';
import { totpPage, totpSetupPage } from './totp-pages';

/** A form is good for five minutes (row CG-AZ-16). */
const FORM_SECONDS = 300;

const EXPIRED = 'This page has expired. Please sign in again.';
const WRONG_CODE = 'That code is not right, or was used before. Enter the one the app shows now.';

/** What the login page needs. */
export interface LoginOptions {
  readonly provider: Provider;
  readonly findClient: FindClient;
  readonly sessions: Sessions;
  readonly state: Pick<SignInState, 'challenges' | 'csrfKey'>;
  readonly origin: string;
  readonly usersSource: string;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A request to the login page: what is asked, by whom, for which client. */
interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  readonly found: HostedClient;
  readonly browserId: string;
}

/**
 * `/login`: the authorization request stands in its query. The first form asks for name and password; whatever else the
 * pool wants (a password of one's own, a code) is asked by further forms at the same address. Once somebody has signed
 * in, the browser goes back to `/oauth2/authorize` with the request, and there its session is found.
 */
export class Login {
  readonly #options: LoginOptions;
  readonly #csrf: CsrfTokens;

  constructor(options: LoginOptions) {
    this.#options = options;
    this.#csrf = new CsrfTokens(options.state.csrfKey, FORM_SECONDS);
  }

  /** Shows the form. */
  show(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
    const visit = this.#visitOrRefusal(request, response, query);
    if (!visit) return;
    const hint = visit.found.hosted.pool.domain?.managedLogin === true ? query.get('login_hint') : null;
    this.#askForPassword(visit, { status: 200, username: hint ?? '' });
  }

  /** Takes a form. */
  async submit(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): Promise<void> {
    const visit = this.#visitOrRefusal(request, response, query);
    if (!visit) return;
    const form = await this.#formOrRefusal(request, response);
    if (!form) return;
    const username = form.get('username') ?? '';
    if (!this.#csrf.accepts(this.#browserCookie(request, response), form.get('_csrf'), this.#options.now())) {
      note(request, 'refused: the form is older than five minutes, or of another browser');
      return this.#askForPassword(visit, { status: 403, username, error: EXPIRED });
    }
    const session = form.get('session');
    return session === null
      ? this.#takePassword(visit, username, form.get('password') ?? '')
      : this.#takeAnswer(visit, session, form);
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
    if (!account) {
      note(request, 'refused: the sign-in under way is over, or of another browser');
      return this.#askForPassword(visit, { status: 403, username: '', error: EXPIRED });
    }
    return challenge.name === 'NEW_PASSWORD_REQUIRED'
      ? this.#takeNewPassword(visit, session, account, form)
      : this.#takeCode(visit, session, account, challenge, form.get('code') ?? '');
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
    { name, totpSecret = '' }: Challenge,
    code: string,
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

  #visitOrRefusal(
    request: IncomingMessage,
    response: ServerResponse,
    query: URLSearchParams,
  ): Visit | undefined {
    const clientId = query.get('client_id') ?? undefined;
    const found = this.#options.findClient(clientId);
    const redirectUri = query.get('redirect_uri');
    const refuse = (reason: ErrorReason): undefined => {
      note(request, `refused: ${reason.replaceAll('_', ' ')}`);
      return redirect(response, errorPageUrl(this.#options.origin, reason, clientId));
    };
    if (clientId === undefined) return refuse('client_id_missing');
    if (!found) return refuse('client_not_found');
    if (redirectUri === null) return refuse('redirect_uri_missing');
    if (!found.client.callbackUrls.includes(redirectUri)) return refuse('redirect_mismatch');
    if (!found.client.loginPage) return refuse('login_unavailable');
    const browserId = browserIdOf(this.#browserCookie(request, response));
    return { request, response, query, found, browserId };
  }

  async #formOrRefusal(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<URLSearchParams | undefined> {
    try {
      return await readForm(request);
    } catch (error) {
      if (!(error instanceof UnreadableFormError)) throw error;
      note(request, `refused: ${error.message}`);
      sendPage(response, error.status, errorPage(null));
      return undefined;
    }
  }

  #browserCookie(request: IncomingMessage, response: ServerResponse): string | undefined {
    return this.#options.provider
      .createContext(request, response)
      .cookies.get(CSRF_COOKIE, { signed: false });
  }

  #askForPassword(
    visit: Visit,
    { status, username, error }: { status: number; username: string; error?: string },
  ): void {
    const { client, hosted } = visit.found;
    const page = loginPage({
      ...this.#form(visit, error === undefined ? [] : [{ text: error }]),
      destination: client.name ?? new URL(visit.query.get('redirect_uri') ?? '').host,
      nameLabel: nameLabel(hosted.pool.signIn.by),
      username,
    });
    this.#send(visit, status, page);
  }

  #askForNewPassword(
    visit: Visit,
    session: string,
    account: Account,
    attributes: Readonly<Record<string, string>>,
    problems: readonly Problem[] = [],
  ): void {
    const page = newPasswordPage({
      ...this.#form(visit, problems, session),
      username: account.username,
      rules: passwordRules(visit.found.hosted.pool.passwordPolicy),
      attributes,
    });
    this.#send(visit, 200, page);
  }

  #ask(
    visit: Visit,
    session: string,
    account: Account,
    { name, totpSecret, error }: { name: ChallengeName; totpSecret: string; error?: string },
  ): void {
    const { hosted } = visit.found;
    const form = this.#form(visit, error === undefined ? [] : [{ text: error }], session);
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
        return this.#send(visit, 200, totpSetupPage(form, totpEnrolment(totpSecret, issuer, label)));
      }
      case 'SOFTWARE_TOKEN_MFA':
        return this.#send(visit, 200, totpPage(form));
    }
  }

  #form({ query, browserId }: Visit, problems: readonly Problem[], session?: string): FormPageContents {
    const { usersSource, now } = this.#options;
    return {
      action: `${PATHS.login}?${query.toString()}`,
      csrf: this.#csrf.issue(browserId, now()),
      session,
      callbackSource: new URL(query.get('redirect_uri') ?? '').origin,
      footnote: `This is the local user pool on this machine, not Amazon Cognito. Users come from ${usersSource}.`,
      problems,
    };
  }

  #send({ request, response, browserId }: Visit, status: number, page: Page): void {
    const { cookies } = this.#options.provider.createContext(request, response);
    cookies.set(CSRF_COOKIE, browserId, { httpOnly: true, sameSite: 'lax', signed: false });
    sendPage(response, status, page);
  }
}

const REASONS: Readonly<Record<ChallengeName, string>> = {
  NEW_PASSWORD_REQUIRED: 'it is a temporary one',
  MFA_SETUP: 'the pool requires a second factor, and no app is enrolled yet',
  SOFTWARE_TOKEN_MFA: 'an authenticator app is enrolled',
};

/** A password of one's own comes before the second factor, as Cognito asks. */
function nextChallenge({ hosted: { pool } }: HostedClient, account: Account): ChallengeName | undefined {
  if (account.status === 'FORCE_CHANGE_PASSWORD') return 'NEW_PASSWORD_REQUIRED';
  if (pool.mfa === 'OFF') return undefined;
  if (account.totp) return 'SOFTWARE_TOKEN_MFA';
  return pool.mfa === 'ON' ? 'MFA_SETUP' : undefined;
}

function nameLabel(by: 'username' | 'email' | 'username-or-email'): string {
  return { username: 'Username', email: 'Email address', 'username-or-email': 'Username or email address' }[
    by
  ];
}

/** The request again, less the wish to see the login page: that has been granted. */
function authorizeQuery(query: URLSearchParams): string {
  const rest = new URLSearchParams(query);
  rest.delete('prompt');
  return rest.toString();
}

function redirect(response: ServerResponse, location: string): undefined {
  response
    .writeHead(302, { 'Cache-Control': 'no-store', Location: location, 'X-Frame-Options': 'DENY' })
    .end();
}
