import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider/lib/provider.js';
import { browserIdOf, CSRF_COOKIE, CsrfTokens } from './csrf';
import { type ErrorReason, errorPage, errorPageUrl } from '../pages/error-page';
import { UnreadableFormError } from '../errors';
import { readForm } from './form-body';
import type { FormPageContents, Problem } from '../pages/form-page';
import type { FindClient, HostedClient } from '../pipeline/hosted-pool';
import { type Page, sendPage } from '../pages/page';
import { note } from '../pipeline/request-trace';
import type { SignInState } from '../state';

/** A form is good for five minutes (row CG-AZ-16). */
const FORM_SECONDS = 300;

/** What is said of a form that came too late. */
export const EXPIRED_FORM = 'This page has expired. Please sign in again.';

/** What visits need. */
export interface VisitsOptions {
  readonly provider: Provider;
  readonly findClient: FindClient;
  readonly state: Pick<SignInState, 'csrfKey'>;
  readonly origin: string;
  readonly usersSource: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Somebody at a page of the login domain: with an authorization request in the query, and in a browser of their own. */
export interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  readonly found: HostedClient;
  readonly browserId: string;
}

/** A form that was sent. */
export interface SentForm {
  readonly fields: URLSearchParams;
  /** Whether it was given to this browser, less than five minutes ago; otherwise nothing may come of it. */
  readonly genuine: boolean;
}

/** What the pages with forms have in common: who may see them, and which forms are taken. */
export class Visits {
  readonly #options: VisitsOptions;
  readonly #csrf: CsrfTokens;

  constructor(options: VisitsOptions) {
    this.#options = options;
    this.#csrf = new CsrfTokens(options.state.csrfKey, FORM_SECONDS);
  }

  /** @returns `undefined` when the request is none a client may send people with: then the answer is given */
  begin(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): Visit | undefined {
    const clientId = query.get('client_id') ?? undefined;
    const found = this.#options.findClient(clientId);
    const redirectUri = query.get('redirect_uri');
    const refuse = (reason: ErrorReason): undefined => {
      note(request, `refused: ${reason.replaceAll('_', ' ')}`);
      redirect(response, errorPageUrl(this.#options.origin, reason, clientId));
      return undefined;
    };
    if (clientId === undefined) return refuse('client_id_missing');
    if (!found) return refuse('client_not_found');
    if (redirectUri === null) return refuse('redirect_uri_missing');
    if (!found.client.callbackUrls.includes(redirectUri)) return refuse('redirect_mismatch');
    if (!found.client.loginPage) return refuse('login_unavailable');
    const browserId = browserIdOf(this.#browserCookie(request, response));
    return { request, response, query, found, browserId };
  }

  /** @returns `undefined` when there is no form in the request: then the answer is given */
  async formOf({ request, response }: Visit): Promise<SentForm | undefined> {
    try {
      const fields = await readForm(request);
      const cookie = this.#browserCookie(request, response);
      const genuine = this.#csrf.accepts(cookie, fields.get('_csrf'), this.#options.now());
      if (!genuine) note(request, 'refused: the form is older than five minutes, or of another browser');
      return { fields, genuine };
    } catch (error) {
      if (!(error instanceof UnreadableFormError)) throw error;
      note(request, `refused: ${error.message}`);
      sendPage(response, error.status, errorPage(null));
      return undefined;
    }
  }

  /**
   * What every page with a form shows.
   *
   * @param path where the form goes; the authorization request goes along
   * @param session the sign-in under way, if there is one
   */
  frame(
    { query, browserId }: Visit,
    path: string,
    problems: readonly Problem[] = [],
    session?: string,
  ): FormPageContents {
    const { usersSource, now } = this.#options;
    return {
      action: `${path}?${query.toString()}`,
      csrf: this.#csrf.issue(browserId, now()),
      session,
      callbackSource: new URL(query.get('redirect_uri') ?? '').origin,
      footnote: `This is the local user pool on this machine, not Amazon Cognito. Users come from ${usersSource}.`,
      problems,
    };
  }

  /** Sends a page with a form, and the cookie it needs. */
  send({ request, response, browserId }: Visit, status: number, page: Page): void {
    const { cookies } = this.#options.provider.createContext(request, response);
    cookies.set(CSRF_COOKIE, browserId, { httpOnly: true, sameSite: 'lax', signed: false });
    sendPage(response, status, page);
  }

  #browserCookie(request: IncomingMessage, response: ServerResponse): string | undefined {
    return this.#options.provider
      .createContext(request, response)
      .cookies.get(CSRF_COOKIE, { signed: false });
  }
}

/** Sends the browser elsewhere. */
export function redirect(response: ServerResponse, location: string): void {
  response
    .writeHead(302, { 'Cache-Control': 'no-store', Location: location, 'X-Frame-Options': 'DENY' })
    .end();
}
