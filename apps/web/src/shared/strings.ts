// Every word a person reads, in one place: to correct them, to translate them, to see their tone at a glance.
// What machines read (claims, error codes) and what index.html says before any script runs is filled in from here too.

/** The product, and what search engines and links shared with others say about it. */
export const siteText = {
  name: 'SPA on AWS',
  title: (page: string) => `${page} · SPA on AWS`,
  description:
    'A single-page app that signs in with Cognito and fetches a greeting from a protected API on AWS.',
  picture: 'SPA on AWS: a request passes CloudFront and API Gateway on its way to the API',
  needsJavaScript: 'This page needs JavaScript: it signs you in and talks to the API from your browser.',
};

/** Around every page. */
export const frameText = {
  skip: 'Skip to the content',
  pages: 'Pages',
  home: 'Home',
  greetings: 'Greetings',
  session: 'Session',
  login: 'Login',
  logout: 'Logout',
  loading: 'Loading …',
  checking: 'Checking who is signed in …',
  signingOut: 'Signing out …',
  offline: 'You are offline. What is on the page stays; what needs the network waits.',
};

/** The home page. */
export const homeText = {
  title: 'Say hello, safely',
  lead: 'The page is for everybody, the API behind it only for who is signed in. Fetch first to be refused; then log in, and fetch again.',
  guestTitle: 'Nobody is signed in',
  guest:
    'After login this is where you see who you are, what the ID token says, and how long the session lasts.',
};

/** Fetching a greeting. */
export const greetingText = {
  title: 'Greeting',
  name: 'Name to greet',
  placeholder: 'World',
  hint: 'Optional, up to 100 characters.',
  tooLong: (length: number) => `A name has at most 100 characters, this one has ${length}.`,
  fetch: 'Fetch Data',
  asking: 'Asking the API …',
  slow: 'This takes longer than usual.',
  cancel: 'Cancel',
  cancelled: 'Cancelled. Nothing was fetched.',
  nothingYet: 'Nothing fetched yet.',
  number: (id: number) => `Greeting no. ${id}`,
  history: 'Earlier in this session',
  path: 'Way of the request',
  passed: ': passed',
  stopped: ': stopped here',
};

/** The greetings the API remembers of a person. */
export const greetingsText = {
  title: 'Your greetings',
  lead: 'Every greeting you fetched, newest first, as the API remembers them.',
  guestLead: 'Only you can see them. Log in, and you come back to this page.',
  list: 'Greetings, newest first',
  loading: 'Loading your greetings …',
  emptyTitle: 'No greetings yet',
  empty: 'Fetch one on the home page, and it is listed here.',
  toHome: 'Fetch a greeting',
  more: 'Load more',
  loadingMore: 'Loading more …',
  all: (count: number) => (count === 1 ? 'That is the only one.' : `That is all ${count} of them.`),
  remove: 'Delete',
  removeOf: (content: string, id: number) => `Delete "${content}", no. ${id}`,
  confirm: (content: string) => `Delete “${content}” for good?`,
  confirmYes: 'Delete it',
  confirmNo: 'Keep it',
  removing: 'Deleting …',
  removed: (content: string) => `“${content}” is deleted.`,
};

/** Who is signed in. */
export const sessionText = {
  title: 'Your session',
  lead: 'Who you are to this site, and what your browser holds to prove it.',
  guestLead: 'Nobody is signed in. Log in, and you come back to this page.',
  panel: 'Session',
  ends: 'Session ends',
  left: 'Time left',
  ended: 'ended',
  renewal: 'Renewal',
  automatic: 'automatic',
  byLogin: 'by logging in',
  waiting: 'waiting for the login service',
  renew: 'Renew now',
  renewing: 'Renewing …',
  renewed: (time: string) => `Renewed at ${time}.`,
  notRenewed: 'That did not work. Nothing is lost: it is tried again by itself.',
  claims: 'What the ID token says about you',
  moreClaims: (count: number) => `${count} more claims`,
  claim: 'Claim',
  value: 'Value',
  tokens: 'Tokens in this tab',
  tokensLead:
    'Kept in the session storage of this tab and shared with the other tabs of this site: a reload keeps them, a new tab gets them, Logout drops them everywhere.',
  tokensCaption: 'What this tab holds',
  token: 'Token',
  purpose: 'What it is for',
  held: 'held',
  notHeld: 'not held',
  accessToken: 'Access token',
  accessTokenFor: (scopes: string) =>
    `Opens the API: sent to this site’s /api/ paths, and nowhere else. Allows ${scopes}.`,
  anyScope: 'what the user pool decides',
  idToken: 'ID token',
  idTokenFor: 'Says who you are. Read here, sent nowhere: the API refuses it.',
  refreshToken: 'Refresh token',
  refreshTokenFor:
    'Fetches the next two before they expire. Goes to the login service only; Logout revokes it.',
};

/** What the claims of a token mean, in the order they are shown: who, then when, then the token itself. */
export const claimText: Record<string, string> = {
  name: 'Full name',
  given_name: 'First name',
  family_name: 'Last name',
  email: 'E-mail address',
  email_verified: 'Whether the address was confirmed',
  phone_number: 'Phone number',
  phone_number_verified: 'Whether the number was confirmed',
  'cognito:username': 'User name in the user pool',
  'cognito:groups': 'Groups the user belongs to',
  sub: 'Identifies the user, and never changes',
  auth_time: 'When the user logged in',
  iat: 'When this token was issued',
  exp: 'When this token expires',
  iss: 'The user pool that vouches for all this',
  aud: 'The app client the token is meant for',
  token_use: 'Which token this is',
  scope: 'What the token allows',
  nonce: 'Ties the token to the login request',
  at_hash: 'Ties the token to its access token',
  jti: 'Identifies this token',
  origin_jti: 'Identifies the login, through all renewals',
  event_id: 'Identifies the login in the logs',
};

/** Claims without an entry above. */
export const otherClaimText = {
  custom: 'An attribute of this user pool',
  unknown: 'Not explained here',
};

/** Logging in, and sessions that end. */
export const signInText = {
  expired: 'Your session has ended. Log in again to go on; what you typed is kept.',
  elsewhere: 'You have logged out in another tab.',
  loggedOutOffline:
    'You are logged out of this site. The login service is out of reach, so it still knows you: until you log in and out again with a network, Login may not ask for a password.',
  unfinishedTitle: 'Login did not finish',
  unfinishedLead: 'Nothing is lost: log in again, and you are back in a moment.',
  tooLate: 'The login took too long, or it was used before. Log in again.',
  denied: 'The login was cancelled or denied. Log in again.',
  refused: (message: string, code: string) =>
    message === '' || message === code
      ? `The login service refused (${code}).`
      : `The login service refused: ${message} (${code}).`,
  unreachable: 'The login service could not be reached. Check your connection, then log in again.',
  stale: 'This login was started in another tab, or it is over already. Log in again.',
  insecure:
    'Logging in needs a secure page: open this site by https, or on this machine by http://localhost.',
  other: (message: string) => `The login could not be completed: ${message}.`,
};

/** Requests to the API that did not work: what happened, and what to do. */
export const failureText = {
  again: 'Try again',
  againIn: (seconds: number) => `Try again in ${seconds} s`,
  reload: 'Load the page again',
  quote: 'If it lasts, quote request',
  offline: 'You are offline. Connect to the network, then try again.',
  unreachable: 'The API could not be reached. Check your connection, then try again.',
  timeout: (seconds: number) =>
    `There was no answer within ${seconds} seconds. The API may be busy: try again in a moment.`,
  renewal: 'Your session could not be renewed just now. Check your connection, then try again.',
  sessionEnded: 'Your session has ended. Log in again, then fetch again.',
  unexpected:
    'The answer makes no sense to this page. The two may be of different versions: load the page again.',
  guest: 'The API refused the request (401): nobody is signed in. Log in, then fetch again.',
  notAccepted: 'The API refused the request (401): your session was not accepted.',
  loginAgain: 'Log in again, then fetch again.',
  forbidden: 'The API refused the request (403): your account may not do this.',
  notFound: 'The API refused the request (404): there is no such thing, or not any more.',
  tooMany: 'The API refused the request (429): too many requests.',
  refused: (status: number) => `The API refused the request (${status}).`,
  noReason: 'It gave no reason.',
  failed: (status: number) => `The API failed (${status}).`,
  unavailable: (status: number) => `The API is not available just now (${status}).`,
  inAMoment: 'Try again in a moment.',
};

/** In the place of the app. */
export const problemText = {
  notFoundTitle: 'Page not found',
  notFoundLead: 'There is nothing at this address. It may have been mistyped, or have moved.',
  toHome: 'Go to the home page',
  brokenTitle: 'Something broke',
  brokenLead: 'That is our mistake, not yours. Loading the page again usually helps.',
  reload: 'Load again',
  partTitle: 'This part could not be loaded',
  partLead: 'Check your connection, then load the page again.',
  configTitle: 'Configuration problem',
  configLead: 'Before it starts, this page reads',
  configRemedy:
    'The deployment writes this file: deploy again, or start the local cloud, then try once more.',
  configAgain: 'Try again',
  configUnreachable: 'It could not be fetched: the network or the server is down.',
  configStatus: (status: number) => `The server answered ${status} instead.`,
  configNoJson: (type: string | null) => `It is not JSON but ${type ?? 'of no known type'}.`,
  configNoObject: 'It holds no JSON object.',
  configOtherVersion: 'It is for another version of this page.',
  configUnusable: 'It cannot be used as it is.',
  missing: 'it is missing',
  found: (value: string) => `it is ${value}`,
  wrong: 'is wrong',
  expected: {
    schemaVersion: 'must be 1, the version this page can read',
    issuer: 'must be the http(s) URL of the user pool',
    cognitoDomain: 'must be the http(s) origin of managed login',
    clientId: 'must be the id of the app client',
    scopes: 'must list at least one scope',
  } as Record<string, string>,
};
