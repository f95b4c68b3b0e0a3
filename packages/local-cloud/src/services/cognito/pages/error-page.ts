import { html } from './html';
import { MARK, type Page } from './page';
import { PATHS } from '../pipeline/paths';

/** Why a request ended on the error page: what stands in the URL, and what helps on a developer's machine. */
const REASONS = {
  redirect_mismatch: {
    error: 'redirect_mismatch',
    hint: 'The redirect_uri is not one of the callback URLs of the app client, character by character.',
  },
  client_not_found: {
    error: 'Client does not exist.',
    hint: 'No user pool of the template has an app client with this client_id.',
  },
  client_id_missing: {
    error: 'Missing required parameter client_id in request URL',
    hint: 'The request names no client_id.',
  },
  redirect_uri_missing: {
    error: "Required String parameter 'redirect_uri' is not present",
    hint: 'The request names no redirect_uri; to sign out it needs client_id and logout_uri.',
  },
  logout_mismatch: {
    error: 'Invalid logout_uri',
    hint: 'The logout_uri is not one of the sign-out URLs of the app client, character by character.',
  },
  login_unavailable: {
    error: 'Login pages unavailable',
    hint: 'The app client has no managed login branding, or does not support the identity provider COGNITO.',
  },
  invalid_request: {
    error: 'invalid_request',
    hint: 'The request is not one the login pages understand.',
  },
} as const;

/** Name of a reason for the error page. */
export type ErrorReason = keyof typeof REASONS;

/** Where the browser is sent when there is no client to tell (row CG-AZ-04). */
export function errorPageUrl(origin: string, reason: ErrorReason, clientId: string | undefined): string {
  const query = new URLSearchParams({ error: REASONS[reason].error });
  if (clientId !== undefined) query.set('client_id', clientId);
  return `${origin}${PATHS.error}?${query.toString()}`;
}

/** The error page; of what the URL says only known errors are repeated. */
export function errorPage(error: string | null): Page {
  const reason = Object.values(REASONS).find((candidate) => candidate.error === error);
  const headline =
    reason === REASONS.login_unavailable
      ? 'Login pages unavailable'
      : 'An error was encountered with the requested page.';
  return problemPage(
    headline,
    reason && reason.error !== headline ? reason.error : undefined,
    reason?.hint ?? 'Go back to the application and try again.',
  );
}

/** A page that says what went wrong. */
export function problemPage(headline: string, detail: string | undefined, hint: string): Page {
  return {
    title: 'Something went wrong',
    footnote: 'This is the local user pool on this machine, not Amazon Cognito.',
    body: html`<header>
        ${MARK}
        <h1>${headline}</h1>
      </header>
      ${detail !== undefined && html`<p><code>${detail}</code></p>`}
      <p>${hint}</p>`,
  };
}
