import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ErrorReason, errorPageUrl } from '../pages/error-page';
import type { FindClient } from '../pipeline/hosted-pool';
import { PATHS } from '../pipeline/paths';
import { note } from '../pipeline/request-trace';
import type { Sessions } from './sessions';

/** What `/logout` needs. */
export interface LogoutOptions {
  readonly findClient: FindClient;
  readonly sessions: Sessions;
  readonly origin: string;
}

/**
 * `/logout`: Cognito's own, not OpenID Connect's (rows CG-OD-03 and CG-LO-01 to CG-LO-04).
 *
 * A request that is refused leaves the session as it is.
 */
export async function logout(
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
  options: LogoutOptions,
): Promise<void> {
  const destination = logoutDestination(query, options);
  if ('reason' in destination) {
    const clientId = query.get('client_id') ?? undefined;
    note(request, `refused: ${destination.reason.replaceAll('_', ' ')}; the session stays`);
    redirect(response, errorPageUrl(options.origin, destination.reason, clientId));
    return;
  }
  await options.sessions.end(request, response);
  note(request, 'signed out: the session ends, tokens stay good until they expire or are revoked');
  redirect(response, destination.location);
}

/** Where a sign-out leads, or why it is refused. */
function logoutDestination(
  query: URLSearchParams,
  { findClient, origin }: Pick<LogoutOptions, 'findClient' | 'origin'>,
): { readonly location: string } | { readonly reason: ErrorReason } {
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
