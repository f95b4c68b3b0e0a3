/** Why a request to `/login`, `/signup`, `/logout` and their like ends on the error page. */
export type CognitoPageError =
  | 'client_id_missing'
  | 'client_not_found'
  | 'invalid_request'
  | 'login_unavailable'
  | 'logout_mismatch'
  | 'redirect_mismatch'
  | 'redirect_uri_missing';

/** A step between the right password and a session, as Cognito's API names it. */
export type SignInChallengeName = 'NEW_PASSWORD_REQUIRED' | 'MFA_SETUP' | 'SOFTWARE_TOKEN_MFA';

/** Data of an event whose name says everything. */
type None = Readonly<Record<string, never>>;

/** Events of Cognito: event name to its data. `client` is the name of the app client, or its id. */
export interface CognitoEvents {
  'discovery.served': None;
  'jwks.served': None;
  /** Answers with 404. */
  'path.not-found': None;
  /** Answers with 405. */
  'method.not-allowed': { readonly allowed: readonly string[] };
  /** Answers with 404: a page that exists on AWS only. */
  'page.not-emulated': { readonly page: string };

  /** Redirects to the login page. */
  'authorize.login-required': { readonly hasSession: boolean };
  /** The app client has the implicit flow, which the local cloud refuses (row CG-AZ-20). */
  'authorize.implicit-flow-refused': { readonly client: string };
  /** Redirects to the callback with a code. */
  'authorize.code-issued': { readonly client: string };
  /**
   * Answers with 4xx; `authorize` redirects to the callback or to the error page. `error` is the OAuth error, except for
   * `invalid_redirect_uri`.
   */
  'oauth.rejected': {
    readonly endpoint: 'authorize' | 'token' | 'userInfo' | 'revoke';
    readonly error: string;
    readonly detail?: string | undefined;
  };
  'token.granted': {
    readonly grant: 'authorization_code' | 'refresh_token' | 'client_credentials';
    readonly client: string;
    /** True if the response has a new refresh token in place of the one that was sent. */
    readonly rotated: boolean;
  };
  /** Comes with the decoded token. */
  'token.issued': { readonly use: 'access' | 'id' };
  /** Answers with 400 `invalid_grant`. */
  'token.attributes-unreadable': { readonly client: string; readonly attributes: readonly string[] };
  /** Answers with 400 `invalid_scope`. */
  'token.scope-not-allowed': { readonly client: string };
  'trigger.ran': { readonly trigger: string; readonly source: string };
  /** `message` is Cognito's. */
  'trigger.failed': { readonly trigger: string; readonly source: string; readonly message: string };
  'user-info.answered': { readonly client: string };
  /** Answers with 401 `invalid_token`. */
  'user-info.token-rejected': {
    readonly reason: 'not-a-token' | 'unknown-key' | 'made-to-expire' | 'not-valid';
    /** With `not-valid`: error code of `jose`, e.g. `ERR_JWT_EXPIRED`. */
    readonly code?: string | undefined;
  };
  'revoke.succeeded': None;
  /** Answers with 400 `invalid_request`. */
  'revoke.disabled': { readonly client: string };

  /** Redirects to the error page. */
  'page.rejected': { readonly reason: CognitoPageError };
  'form.unreadable': { readonly status: 400 | 413 | 415 };
  /** Answers with 403: the form has expired, or was sent to another browser. */
  'form.rejected': None;
  'login.page-shown': None;
  'login.failed': {
    readonly reason: 'disabled' | 'locked' | 'temporary-password-expired' | 'unknown-user' | 'wrong-password';
    /** Failures in a row, with `unknown-user` and `wrong-password`. */
    readonly failures?: number;
    /** With `locked`: whether the user exists. */
    readonly userExists?: boolean;
  };
  /** The user chooses one of the first factors (`USER_AUTH`). */
  'first-factors.offered': { readonly factors: readonly string[] };
  'first-factor.chosen': { readonly factor: string };
  'one-time-password.sent': None;
  'one-time-password.rejected': None;
  'one-time-password.accepted': None;
  /** The first factor is right; the user has another step to take. */
  'challenge.started': { readonly challenge: SignInChallengeName };
  /** A function of the user pool has created a challenge. */
  'custom-challenge.started': None;
  /** Answers with 403: expired, answered in another tab, or of another browser. */
  'challenge.not-found': None;
  'new-password.rejected': None;
  'new-password.set': None;
  'totp.code-rejected': None;
  'totp.code-accepted': None;
  'totp.app-enrolled': None;
  /** Redirects to `/oauth2/authorize`. */
  'login.succeeded': None;
  /** Redirects to the sign-out URL or the login page. */
  'logout.succeeded': None;
  /** Redirects to the error page; the session stays. */
  'logout.rejected': { readonly reason: CognitoPageError };

  /** Answers with 400. */
  'recovery.disabled': None;
  'recovery.rejected': {
    readonly reason: 'unknown-user' | 'temporary-password' | 'not-verified';
    /** True if the page says nothing of it (`PreventUserExistenceErrors`). */
    readonly hidden: boolean;
  };
  'recovery.code-sent': None;
  'recovery.code-rejected': None;
  'recovery.password-reset': None;

  /** Answers with 400. */
  'sign-up.disabled': None;
  'sign-up.user-exists': None;
  'sign-up.user-created': None;
  'sign-up.not-verified': None;
  'sign-up.code-sent': None;
  'sign-up.code-rejected': None;
  /** Redirects to the login page. */
  'sign-up.no-code-pending': None;
  'sign-up.confirmed': None;

  /** Answers with 200. `operation` is e.g. `InitiateAuth`. */
  'user-pools-api.answered': { readonly operation: string };
  /** Answers with 400, or 500 `InternalErrorException`. */
  'user-pools-api.rejected': {
    /** Empty if the request names none. */
    readonly operation: string;
    /** Name of the error, e.g. `NotAuthorizedException`. */
    readonly error: string;
    readonly message: string;
    /** More than the response says. */
    readonly reason?: string | undefined;
  };
  'user-pools-api.signed-in': { readonly client: string };
  'user-pools-api.code-sent': {
    /** `email` and `phone_number`: to verify this attribute. */
    readonly purpose: 'sign-up' | 'new-password' | 'email' | 'phone_number';
  };
  'user-pools-api.user-confirmed': None;
  'user-pools-api.password-reset': None;

  /** Redirects. `error` is the value of the parameter with that name; other values are left out of `location`. */
  'redirect.sent': { readonly location: string; readonly error?: string | undefined };
  /** Answers, when nothing else was recorded. */
  'response.sent': { readonly status: number };
}
