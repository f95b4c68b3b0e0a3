import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider/lib/provider.js';
import type { Logger } from 'pino';
import { CsrfTokens } from './csrf';
import { type ErrorReason, errorPage, errorPageUrl } from './error-page';
import { UnreadableFormError } from './errors';
import { readForm } from './form-body';
import type { FindClient, HostedClient } from './hosted-pool';
import { loginPage } from './login-page';
import { sendPage } from './page';
import { PATHS } from './paths';
import type { Sessions } from './sessions';
import type { Authentication } from './user-directory';

/** A form is good for five minutes (row CG-AZ-16). */
const FORM_SECONDS = 300;
const CSRF_COOKIE = 'XSRF-TOKEN';
const EXPIRED = 'This page has expired. Please sign in again.';
const WRONG = 'Incorrect username or password.';

/** What the login page needs. */
export interface LoginOptions {
  readonly provider: Provider;
  readonly findClient: FindClient;
  readonly sessions: Sessions;
  readonly origin: string;
  readonly usersSource: string;
  readonly log: Logger;
}

/**
 * `/login`: the authorization request stands in its query. Once somebody has signed in, the browser goes back to
 * `/oauth2/authorize` with that request, and there its session is found.
 */
export class Login {
  readonly #options: LoginOptions;
  readonly #csrf = new CsrfTokens(FORM_SECONDS);

  constructor(options: LoginOptions) {
    this.#options = options;
  }

  /** Shows the form. */
  show(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
    const found = this.#clientOrRefusal(response, query);
    if (!found) return;
    const hint = found.hosted.pool.domain?.managedLogin === true ? query.get('login_hint') : null;
    this.#sendForm(request, response, query, found, { status: 200, username: hint ?? '' });
  }

  /** Takes the form. */
  async submit(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): Promise<void> {
    const found = this.#clientOrRefusal(response, query);
    if (!found) return;
    const form = await this.#formOrRefusal(request, response);
    if (!form) return;
    const username = form.get('username') ?? '';
    if (!this.#csrf.accepts(this.#browserCookie(request, response), form.get('_csrf'), Date.now())) {
      return this.#sendForm(request, response, query, found, { status: 403, username, error: EXPIRED });
    }
    const authentication = found.hosted.users.authenticate(username, form.get('password') ?? '');
    const { log, sessions, origin } = this.#options;
    if (authentication.outcome !== 'signed-in') {
      log.info({ clientId: found.client.id, outcome: authentication.outcome }, 'sign-in refused');
      const error = refusal(found, authentication);
      return this.#sendForm(request, response, query, found, { status: 200, username, error });
    }
    await sessions.start(request, response, authentication.user.sub);
    log.info({ clientId: found.client.id, sub: authentication.user.sub }, 'signed in');
    redirect(response, `${origin}${PATHS.authorize}?${authorizeQuery(query)}`);
  }

  #clientOrRefusal(response: ServerResponse, query: URLSearchParams): HostedClient | undefined {
    const clientId = query.get('client_id') ?? undefined;
    const found = this.#options.findClient(clientId);
    const redirectUri = query.get('redirect_uri');
    const refuse = (reason: ErrorReason): undefined =>
      redirect(response, errorPageUrl(this.#options.origin, reason, clientId));
    if (clientId === undefined) return refuse('client_id_missing');
    if (!found) return refuse('client_not_found');
    if (redirectUri === null) return refuse('redirect_uri_missing');
    if (!found.client.callbackUrls.includes(redirectUri)) return refuse('redirect_mismatch');
    if (!found.client.loginPage) return refuse('login_unavailable');
    return found;
  }

  async #formOrRefusal(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<URLSearchParams | undefined> {
    try {
      return await readForm(request);
    } catch (error) {
      if (!(error instanceof UnreadableFormError)) throw error;
      sendPage(response, error.status, errorPage(null));
      return undefined;
    }
  }

  #browserCookie(request: IncomingMessage, response: ServerResponse): string | undefined {
    return this.#options.provider
      .createContext(request, response)
      .cookies.get(CSRF_COOKIE, { signed: false });
  }

  #sendForm(
    request: IncomingMessage,
    response: ServerResponse,
    query: URLSearchParams,
    { client, hosted }: HostedClient,
    { status, username, error }: { status: number; username: string; error?: string },
  ): void {
    const browserId = this.#csrf.browserId(this.#browserCookie(request, response));
    const context = this.#options.provider.createContext(request, response);
    const callback = new URL(query.get('redirect_uri') ?? '');
    const cookie = { httpOnly: true, path: PATHS.login, sameSite: 'lax', signed: false } as const;
    context.cookies.set(CSRF_COOKIE, browserId, cookie);
    sendPage(
      response,
      status,
      loginPage({
        destination: client.name ?? callback.host,
        action: `${PATHS.login}?${query.toString()}`,
        csrf: this.#csrf.issue(browserId, Date.now()),
        nameLabel: nameLabel(hosted.pool.signIn.by),
        username,
        error,
        usersSource: this.#options.usersSource,
        callbackSource: callback.origin,
      }),
    );
  }
}

function refusal({ client }: HostedClient, { outcome }: Authentication): string {
  return outcome === 'unknown-user' && !client.hidesUnknownUsers ? 'User does not exist.' : WRONG;
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
