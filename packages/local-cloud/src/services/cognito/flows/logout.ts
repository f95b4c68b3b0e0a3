import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CognitoPageError } from '../../../trace/cognito-events';
import { errorPageUrl } from '../pages/error-page';
import { PATHS, record } from '../pipeline/request';
import type { LoginPages } from './page-request';
import { endSession } from '../oauth/provider';

/** Answers `/logout`, which is Cognito's own and not that of OpenID Connect (rows CG-OD-03 and CG-LO-01 to CG-LO-04). */
export async function logout(
  pages: LoginPages,
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
): Promise<void> {
  const destination = logoutDestination(query, pages);
  if ('reason' in destination) {
    record(request, 'logout.rejected', destination);
    redirect(response, errorPageUrl(pages.origin, destination.reason, query.get('client_id') ?? undefined));
    return;
  }
  await endSession(pages.provider, request, response);
  record(request, 'logout.succeeded', {});
  redirect(response, destination.location);
}

function logoutDestination(
  query: URLSearchParams,
  { findClient, origin }: LoginPages,
): { readonly location: string } | { readonly reason: CognitoPageError } {
  const clientId = query.get('client_id');
  if (clientId === null) return { reason: 'client_id_missing' };
  const client = findClient(clientId)?.client;
  if (!client) return { reason: 'client_not_found' };
  const logoutUri = query.get('logout_uri');
  if (logoutUri !== null) {
    return client.logoutUrls.includes(logoutUri) ? { location: logoutUri } : { reason: 'logout_mismatch' };
  }
  const redirectUri = query.get('redirect_uri');
  if (redirectUri === null) return { reason: 'redirect_uri_missing' };
  return client.callbackUrls.includes(redirectUri)
    ? { location: `${origin}${PATHS.login}?${query.toString()}` }
    : { reason: 'redirect_mismatch' };
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { 'Cache-Control': 'no-store', Location: location }).end();
}
