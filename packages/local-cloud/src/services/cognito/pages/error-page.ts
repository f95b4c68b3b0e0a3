import type { CognitoPageError } from '../../../trace/cognito-events';
import { PATHS } from '../pipeline/request';
import { html, type Page } from './page';

/** Value of `error` in the URL of the error page, and a hint for developers. */
const REASONS: Readonly<Record<CognitoPageError, { readonly error: string; readonly hint: string }>> = {
  redirect_mismatch: {
    error: 'redirect_mismatch',
    hint: 'The redirect_uri is not exactly one of the callback URLs of the app client. The console of the local cloud lists them.',
  },
  client_not_found: {
    error: 'Client does not exist.',
    hint: 'No user pool of the template has an app client with this client_id.',
  },
  client_id_missing: {
    error: 'Missing required parameter client_id in request URL',
    hint: 'Add the parameter client_id to the request.',
  },
  redirect_uri_missing: {
    error: "Required String parameter 'redirect_uri' is not present",
    hint: 'Add the parameter redirect_uri to the request. To sign out, send client_id and logout_uri.',
  },
  logout_mismatch: {
    error: 'Invalid logout_uri',
    hint: 'The logout_uri is not exactly one of the sign-out URLs of the app client.',
  },
  login_unavailable: {
    error: 'Login pages unavailable',
    hint:
      'The app client has no managed login branding, or does not support the identity provider COGNITO. ' +
      'Add an AWS::Cognito::ManagedLoginBranding for it, or COGNITO to its SupportedIdentityProviders.',
  },
  invalid_request: {
    error: 'invalid_request',
    hint: 'The login pages do not support this request.',
  },
};

/** URL of the error page, for requests that cannot be answered at a callback (row CG-AZ-04). */
export function errorPageUrl(origin: string, reason: CognitoPageError, clientId: string | undefined): string {
  const query = new URLSearchParams({ error: REASONS[reason].error });
  if (clientId !== undefined) query.set('client_id', clientId);
  return `${origin}${PATHS.error}?${query.toString()}`;
}

/** The error page. Shows known values of `error` only. */
export function errorPage(error: string | null): Page {
  const reason = Object.values(REASONS).find((candidate) => candidate.error === error);
  const isUnavailable = reason === REASONS.login_unavailable;
  return problemPage(
    isUnavailable ? reason.error : 'An error was encountered with the requested page.',
    isUnavailable ? undefined : reason?.error,
    reason?.hint ?? 'Go back to the application and try again.',
  );
}

/** A page about a problem, without a form. */
export function problemPage(headline: string, detail: string | undefined, hint: string): Page {
  return {
    title: 'Something went wrong',
    footnote: 'This is the local user pool on this machine, not Amazon Cognito.',
    body: html`<header>
        <h1>${headline}</h1>
      </header>
      ${detail !== undefined && html`<p><code>${detail}</code></p>`}
      <p>${hint}</p>`,
  };
}

/** Pages of Cognito that the local user pool does not have, and their purpose on AWS (row CG-LG-05). */
export const PAGES_NOT_EMULATED: Readonly<Record<string, string>> = {
  '/confirmUser': 'On AWS, a link in an email opens this page to confirm a user who signed up.',
  '/passkeys/add': 'On AWS, managed login adds a passkey to the user on this page.',
};

/** A page in place of one that only AWS has. */
export function notEmulatedPage(headline: string, why: string, usersSource: string): Page {
  return problemPage(
    headline,
    undefined,
    `${why} The users of the local cloud and their passwords are in ${usersSource}.`,
  );
}
