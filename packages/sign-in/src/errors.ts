/** Base class of the errors of this package. `code` is stable; `message` says what happened and what to do. */
export class SignInError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'SignInError'; // class names change when a bundler shortens them
  }
}

/** The browser blocks `sessionStorage` or `localStorage` for this site. Thrown by the constructor of the manager. */
export class StorageBlockedError extends SignInError {
  constructor(cause: unknown) {
    super(
      'ERR_STORAGE_BLOCKED',
      'The browser blocks storage for this site. Allow cookies and site data, and reload the page.',
      { cause },
    );
  }
}

/** The page has an `http:` URL. Browsers have neither PKCE's SHA-256 nor Web Locks there. */
export class InsecurePageError extends SignInError {
  constructor(origin: string) {
    super(
      'ERR_INSECURE_PAGE',
      `Users cannot sign in on ${origin}. Open the page with https: or on localhost.`,
    );
  }
}

/** The browser is offline, so it cannot open a page of Cognito. */
export class OfflineError extends SignInError {
  constructor(message: string) {
    super('ERR_OFFLINE', message);
  }
}

/** Cognito could not be reached or had an error. The session is kept; `cause` is the error of the request. */
export class RenewalFailedError extends SignInError {
  constructor(cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super('ERR_RENEWAL_FAILED', `The tokens could not be renewed (${reason}). Try again later.`, { cause });
  }
}

/** The session has no refresh token. */
export class NoRefreshTokenError extends SignInError {
  constructor() {
    super('ERR_NO_REFRESH_TOKEN', 'The tokens cannot be renewed without a refresh token. Sign in again.');
  }
}
