// User-facing text of the app. A feature of the demo has its texts in its folder; those of the HTML page are in index.html.

/** Product name, and the browser title of a page. */
export const siteText = {
  name: 'SPA on AWS',
  title: (page: string) => `${page} · SPA on AWS`,
};

/** Texts around every page. */
export const layoutText = {
  skip: 'Skip to content',
  pages: 'Pages',
  login: 'Log in',
  logout: 'Log out',
  loading: 'Loading …',
  checkingSession: 'Checking your session …',
  loggingOut: 'Logging out …',
  offline: 'You are offline. You can keep reading; network actions are paused.',
};

/** A page that the user has no access to. */
export const accessText = {
  notAllowedTitle: 'Not allowed',
  notAllowed: (group: string) =>
    `This page is only for members of the group “${group}”. Ask an administrator to add you, then log in again.`,
};

/** The home page. */
export const homeText = {
  link: 'Home',
  title: 'Say hello, safely',
  lead: 'This page is public, but its API requires a login. Click Fetch Data now, then log in and try again.',
  signedOutTitle: 'You’re not signed in',
  signedOut:
    'After you log in, this panel shows who you are, the claims in your ID token, and when your access token expires.',
};

/** The form for a name. */
export const nameText = {
  label: 'Name to greet',
  placeholder: 'World',
  hint: 'Optional, up to 100 characters.',
};

/** The user's session. */
export const sessionText = {
  link: 'Session',
  title: 'Your session',
  lead: 'Who you are on this site, and what your ID token says about you.',
  signedOutLead: 'You’re not signed in. Log in, and you will return to this page.',
  panel: 'Session',
  expires: 'Access token expires',
  left: 'Time left',
  expired: 'expired',
  renewal: 'Renewal',
  automatic: 'Renews automatically',
  byLogin: 'Log in again to renew',
  waiting: 'Waiting for Cognito',
  renew: 'Renew now',
  renewing: 'Renewing …',
  renewed: (time: string) => `Renewed at ${time}.`,
  renewalFailed: 'Renewal failed. We’ll retry automatically.',
  claims: 'Claims in your ID token',
  claim: 'Claim',
  value: 'Value',
};

/** Descriptions of token claims, in display order: the user, then times, then the token itself. */
export const claimText: Record<string, string> = {
  name: 'Full name',
  given_name: 'First name',
  family_name: 'Last name',
  email: 'Email address',
  email_verified: 'Whether the email address is verified',
  'cognito:username': 'User name in the user pool',
  'cognito:groups': 'Groups of the user',
  sub: 'Unique user ID; never changes',
  auth_time: 'When the user signed in',
  iat: 'When this token was issued',
  exp: 'When this token expires',
  iss: 'User pool that issued this token',
  aud: 'App client that this token is for',
  token_use: 'Type of this token',
  nonce: 'Links this token to the login request',
  at_hash: 'Links this token to its access token',
  jti: 'Unique ID of this token',
  origin_jti: 'Unique ID of this sign-in; renewals keep it',
  event_id: 'ID of this sign-in in the logs',
};

/** Descriptions of claims that {@link claimText} does not list. */
export const otherClaimText = {
  custom: 'Custom attribute of the user pool',
  unknown: 'No description',
};

/** Login, logout and the end of a session. */
export const signInText = {
  expired: 'Your session has ended. Log in again to continue. Your input is kept.',
  loggedOutElsewhere: 'You logged out in another tab.',
  loggedOutOffline:
    'You’re signed out of this site, but Cognito could not be reached. Until you go online and log out again, logging in may not ask for your password.',
  unfinishedTitle: 'Login not completed',
  unfinishedLead: 'Log in again to continue.',
  tooLate: 'The login took too long, or its code was already used. Log in again.',
  denied: 'The login was cancelled or denied. Log in again.',
  rejected: (message: string, code: string) => `Cognito rejected the login: ${message} (${code}).`,
  unreachable: 'Cognito could not be reached. Check your connection, then log in again.',
  stale: 'This login was started in another tab or is already finished. Log in again.',
  insecure:
    'Login needs a secure page. Open this site with https://, or with http://localhost on this computer.',
  other: (message: string) => `The login failed: ${message}.`,
};

/** Failed API calls: what happened and what to do. */
export const failureText = {
  retry: 'Try again',
  retryIn: (seconds: number) => `Try again in ${seconds} s`,
  reload: 'Reload the page',
  /** In development only. */
  console: 'See what happened to this request',
  support: 'If this keeps happening, contact support with request ID',
  offline: 'You are offline. Connect to the network, then try again.',
  unreachable: 'The API could not be reached. Check your connection, then try again.',
  timeout: (seconds: number) =>
    `The API did not respond within ${seconds} seconds. It may be busy: try again in a moment.`,
  renewal: 'Your session could not be renewed. Check your connection, then try again.',
  sessionEnded: 'Your session has ended. Log in again, then try again.',
  unexpected: 'Unexpected response. The app may be out of date: reload the page.',
  signedOut: 'The API rejected the request (401): you’re not signed in. Log in, then try again.',
  notAccepted: 'The API rejected the request (401): your access token was not accepted.',
  loginAgain: 'Log in again, then try again.',
  forbidden: 'The API rejected the request (403): your account does not have permission.',
  notFound: 'Not found (404). It may have been deleted.',
  tooMany: 'The API rejected the request (429): too many requests.',
  rejected: (status: number) => `The API rejected the request (${status}).`,
  noReason: 'No reason was given.',
  failed: (status: number) => `The API failed (${status}).`,
  unavailable: (status: number) => `The API is not available (${status}).`,
  inAMoment: 'Try again in a moment.',
};

/** Error pages. */
export const errorPageText = {
  notFoundTitle: 'Page not found',
  notFoundLead: 'There is no page at this address. Check the address for typing errors.',
  toHome: 'Go to the home page',
  crashTitle: 'Application error',
  crashLead: 'Something went wrong. Reload the page.',
  storageTitle: 'Storage is blocked',
  storageLead:
    'Your browser blocks cookies and storage for this site, but the login needs them. Allow them for this site, then reload the page.',
  configTitle: 'Configuration problem',
  configLead: 'The app could not load its configuration.',
  configFix: 'The deployment publishes this file. Deploy again, or start the local cloud, then try again.',
  configUnreachable: 'The file could not be fetched: the network or the server is down.',
  configStatus: (status: number) => `The server returned status ${status}.`,
  configNotJson: (type: string | null) =>
    `The response is not JSON. Its content type is ${type ?? 'missing'}.`,
  configOtherVersion: 'The file is for another version of this app.',
  configInvalid: (fields: string[]) => `The file has invalid values: ${fields.join(', ')}.`,
};
