import type { IncomingMessage, ServerResponse } from 'node:http';
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Logger } from 'pino';
import type { Provider } from '../../../adapters/oidc-provider';
import type { CognitoPageError } from '../../../trace/cognito-events';
import { UnreadableBodyError } from '../errors';
import { errorPage, errorPageUrl } from '../pages/error-page';
import type { FormPageContents, Problem } from '../pages/form-page';
import { type Page, sendPage } from '../pages/page';
import type { FindClient, HostedClient } from '../pipeline/hosted-pool';
import { PATHS, readBody, record } from '../pipeline/request';
import type { SignInState } from '../state';
import type { SeededUsers } from '../users/user-file';

/** Text of the page when {@link FormRequest.isGenuine} is false. */
export const EXPIRED_FORM = 'This page has expired, or the browser blocks its cookies. Please sign in again.';

export interface LoginPages {
  readonly provider: Provider;
  readonly findClient: FindClient;
  readonly state: Pick<SignInState, 'csrfKey' | 'challenges' | 'codes'>;
  readonly origin: string;
  readonly users: SeededUsers;
  readonly log: Logger;
  readonly now: () => number;
}

/** A request for a page, with a valid authorization request in the query. */
export interface PageRequest extends LoginPages, HostedClient {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  readonly browserId: string;
}

export interface FormRequest extends PageRequest {
  readonly fields: URLSearchParams;
  /** True if the form was sent to this browser less than five minutes ago; otherwise it must have no effect. */
  readonly isGenuine: boolean;
}

/** Checks client and callback. `undefined`: not valid, and the response is a redirect to the error page. */
export function openPage(
  pages: LoginPages,
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
): PageRequest | undefined {
  const clientId = query.get('client_id') ?? undefined;
  const found = pages.findClient(clientId);
  const redirectUri = query.get('redirect_uri');
  const reject = (reason: CognitoPageError): undefined => {
    record(request, 'page.rejected', { reason });
    redirect(response, errorPageUrl(pages.origin, reason, clientId));
    return undefined;
  };
  if (clientId === undefined) return reject('client_id_missing');
  if (!found) return reject('client_not_found');
  if (redirectUri === null) return reject('redirect_uri_missing');
  if (!found.client.callbackUrls.includes(redirectUri)) return reject('redirect_mismatch');
  if (!found.client.loginPage) return reject('login_unavailable');
  const browserId = browserIdOf(csrfCookie(pages, request, response));
  return { ...pages, ...found, request, response, query, browserId };
}

/** Reads the form of a request. @returns `undefined` when there is none; then the response is sent */
export async function readForm(page: PageRequest): Promise<FormRequest | undefined> {
  const { request, response, state, now } = page;
  try {
    const fields = await parseForm(request);
    const cookie = csrfCookie(page, request, response);
    const isGenuine = acceptsCsrfToken(state.csrfKey, cookie, fields.get('_csrf'), now());
    if (!isGenuine) record(request, 'form.rejected', {});
    return { ...page, fields, isGenuine };
  } catch (error) {
    if (!(error instanceof UnreadableBodyError)) throw error;
    record(request, 'form.unreadable', { status: error.status });
    sendPage(response, error.status, errorPage(null));
    return undefined;
  }
}

async function parseForm(request: IncomingMessage): Promise<URLSearchParams> {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded') throw new UnreadableBodyError(415);
  return new URLSearchParams((await readBody(request)).toString('utf8'));
}

/** Contents that all pages with a form share; the page's query is added to `path`, `session` identifies the challenge. */
export function formContents(
  { query, browserId, state, now, users }: PageRequest,
  path: string,
  problems: readonly Problem[] = [],
  session?: string,
): FormPageContents {
  return {
    action: `${path}?${query.toString()}`,
    csrf: issueCsrfToken(state.csrfKey, browserId, now()),
    session,
    callbackSource: new URL(query.get('redirect_uri') ?? '').origin,
    footnote: `This is the local user pool on this machine, not Amazon Cognito. Users come from ${users.source}.`,
    problems,
  };
}

export function sendForm(
  { provider, request, response, browserId }: PageRequest,
  status: number,
  page: Page,
): void {
  const { cookies } = provider.createContext(request, response);
  cookies.set(CSRF_COOKIE, browserId, { httpOnly: true, sameSite: 'lax', signed: false });
  sendPage(response, status, page);
}

export function redirectToLogin({
  origin,
  response,
  query,
}: Pick<PageRequest, 'origin' | 'response' | 'query'>): void {
  redirect(response, `${origin}${PATHS.login}?${query.toString()}`);
}

export function redirect(response: ServerResponse, location: string): void {
  response
    .writeHead(302, { 'Cache-Control': 'no-store', Location: location, 'X-Frame-Options': 'DENY' })
    .end();
}

function csrfCookie(
  { provider }: LoginPages,
  request: IncomingMessage,
  response: ServerResponse,
): string | undefined {
  return provider.createContext(request, response).cookies.get(CSRF_COOKIE, { signed: false });
}

export const CSRF_COOKIE = 'XSRF-TOKEN';

/** A form expires after five minutes (row CG-AZ-16). */
const FORM_MS = 300_000;

/** Returns the browser id in the cookie, or a new one if the cookie is missing or not valid. */
export function browserIdOf(cookie: string | undefined): string {
  return cookie !== undefined && /^[\w-]{43}$/.test(cookie) ? cookie : randomBytes(32).toString('base64url');
}

function issueCsrfToken(key: Buffer, browserId: string, nowMs: number): string {
  return `${nowMs}.${mac(key, browserId, String(nowMs)).toString('base64url')}`;
}

/** Returns whether the token was issued to this browser and has not expired. */
function acceptsCsrfToken(
  key: Buffer,
  browserId: string | undefined,
  token: string | null,
  nowMs: number,
): boolean {
  const [issued = '', signature = ''] = (token ?? '').split('.');
  if (browserId === undefined || !/^\d+$/.test(issued)) return false;
  const expected = mac(key, browserId, issued);
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
  return nowMs - Number(issued) <= FORM_MS;
}

function mac(key: Buffer, browserId: string, issued: string): Buffer {
  return createHmac('sha256', key).update(`${browserId}.${issued}`).digest();
}
