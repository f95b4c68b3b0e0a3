import type { CognitoEvents, SignInChallengeName } from '../trace/cognito-events';
import type { HopOf } from '../trace/trace';
import type { HopDescription } from './describe-hop';

export function describeCognito(hop: HopOf<'cognito'>): HopDescription {
  return { service: 'Cognito', sentence: sentence(hop), facts: facts(hop) };
}

function facts(hop: HopOf<'cognito'>): HopDescription['facts'] {
  switch (hop.event) {
    case 'oauth.rejected':
      return {
        Endpoint: hop.data.endpoint,
        Error: hop.data.error,
        ...(hop.data.detail === undefined ? {} : { Detail: hop.data.detail }),
      };
    case 'authorize.code-issued':
    case 'authorize.implicit-flow-refused':
    case 'token.granted':
    case 'user-pools-api.signed-in':
    case 'token.scope-not-allowed':
    case 'user-info.answered':
    case 'revoke.disabled':
      return { 'App client': hop.data.client };
    case 'token.attributes-unreadable':
      return { 'App client': hop.data.client, Attributes: hop.data.attributes.join(', ') };
    case 'trigger.ran':
    case 'trigger.failed':
      return { Trigger: hop.data.trigger, 'Trigger source': hop.data.source };
    case 'user-pools-api.answered':
      return { Operation: hop.data.operation };
    case 'user-pools-api.rejected':
      return { Operation: hop.data.operation, Error: hop.data.error };
    default:
      return {};
  }
}

/** Sentences of events whose data adds nothing to them. */
const SENTENCES = {
  'discovery.served': 'returned the OpenID configuration of the user pool',
  'jwks.served': 'returned the public keys that verify tokens of the user pool',
  'path.not-found': 'rejected: there is no such page',
  'authorize.code-issued':
    'session found: redirects to the app client with a code, valid once and for five minutes',
  'authorize.implicit-flow-refused':
    'rejected: AWS returns tokens in the URL now, but the local cloud does not support the implicit flow. Use response_type=code with PKCE',
  'token.scope-not-allowed':
    'rejected with invalid_scope: the app client does not have this scope of a resource server',
  'user-info.answered': 'returned attributes of the user',
  'revoke.succeeded': 'revoked the refresh token, if it was valid, and all tokens of its sign-in',
  'revoke.disabled': 'rejected: EnableTokenRevocation of the app client is off',
  'form.rejected': 'rejected: the form is older than five minutes, or was sent to another browser',
  'login.page-shown': 'shows the login page',
  'one-time-password.sent': 'created a one-time password: AWS sends it, the local cloud logs it',
  'one-time-password.rejected': 'the one-time password is wrong',
  'one-time-password.accepted': 'the one-time password is right',
  'challenge.not-found': 'rejected: this sign-in has expired, or belongs to another browser',
  'new-password.rejected':
    'the user pool does not accept the new password or an attribute: shows the form again',
  'new-password.set': 'new password set: the user is CONFIRMED',
  'totp.code-rejected': 'the code is wrong, or was used before',
  'totp.code-accepted': 'the code of the authenticator app is right',
  'totp.app-enrolled': 'authenticator app enrolled',
  'login.succeeded':
    'signed in: a session of one hour starts; redirects to the authorize endpoint for a code',
  'logout.succeeded': 'signed out: the session has ended. Tokens stay valid until they expire or are revoked',
  'recovery.disabled': 'rejected: AccountRecoverySetting of the user pool has admin_only',
  'recovery.code-sent': 'created a code to reset the password: AWS sends it, the local cloud logs it',
  'sign-up.code-sent': 'created a code to confirm the user: AWS sends it, the local cloud logs it',
  'recovery.code-rejected': 'rejected: wrong code',
  'sign-up.code-rejected': 'rejected: wrong code',
  'recovery.password-reset': 'new password set: redirects to the login page',
  'sign-up.disabled': 'rejected: AllowAdminCreateUserOnly of the user pool is true',
  'sign-up.user-exists': 'rejected: a user with this name exists',
  'sign-up.user-created': 'user created: UNCONFIRMED',
  'sign-up.not-verified': 'no code: AutoVerifiedAttributes of the user pool has no attribute of the user',
  'sign-up.no-code-pending':
    'rejected: no user of this browser waits for a code; redirects to the login page',
  'sign-up.confirmed': 'the user is CONFIRMED: redirects to the login page',
  'user-pools-api.signed-in': 'signed in by the user pools API: tokens follow',
  'user-pools-api.user-confirmed': 'the user is CONFIRMED',
  'user-pools-api.password-reset': 'new password set',
} as const satisfies Partial<Record<HopOf<'cognito'>['event'], string>>;

const hasFixedSentence = (
  hop: HopOf<'cognito'>,
): hop is Extract<HopOf<'cognito'>, { event: keyof typeof SENTENCES }> => hop.event in SENTENCES;

function sentence(hop: HopOf<'cognito'>): string {
  if (hasFixedSentence(hop)) return SENTENCES[hop.event];
  switch (hop.event) {
    case 'method.not-allowed':
      return `rejected: this path allows ${hop.data.allowed.join(', ')} only`;
    case 'page.not-emulated':
      return `the local cloud does not have the page ${hop.data.page}`;
    case 'authorize.login-required':
      return hop.data.hasSession
        ? 'the user must sign in again: redirects to the login page'
        : 'no session: redirects to the login page';
    case 'oauth.rejected': {
      const { error, detail } = hop.data;
      return `rejected with ${error}${detail === undefined ? '' : `: ${detail}`}`;
    }
    case 'token.granted':
      return granted(hop.data);
    case 'token.issued':
      return hop.data.use === 'access' ? 'issued an access token' : 'issued an ID token';
    case 'token.attributes-unreadable':
      return (
        `rejected with invalid_grant: ReadAttributes of the app client lacks ${hop.data.attributes.join(', ')}, ` +
        'which the granted scopes include'
      );
    case 'user-info.token-rejected':
      return `rejected with invalid_token: ${tokenFault(hop.data)}`;
    case 'page.rejected':
      return `rejected (${hop.data.reason}): redirects to the error page`;
    case 'form.unreadable':
      return `rejected: ${{ 400: 'the form is incomplete', 413: 'the form is too large', 415: 'the body is not a form' }[hop.data.status]}`;
    case 'login.failed':
      return `sign-in failed: ${loginFault(hop.data)}`;
    case 'first-factors.offered':
      return `SELECT_CHALLENGE follows: the user chooses ${hop.data.factors.join(' or ')}`;
    case 'first-factor.chosen':
      return `the user signs in with ${hop.data.factor}`;
    case 'challenge.started':
      return `the first factor is right; ${hop.data.challenge} follows: ${CHALLENGE_REASONS[hop.data.challenge]}`;
    case 'custom-challenge.started':
      return 'CUSTOM_CHALLENGE follows: DefineAuthChallenge chose it, and CreateAuthChallenge its contents';
    case 'logout.rejected':
      return `rejected (${hop.data.reason}): the session stays`;
    case 'recovery.rejected': {
      const reason = RECOVERY_REASONS[hop.data.reason];
      return hop.data.hidden
        ? `sent no code, and the page does not say so: ${reason}`
        : `rejected: ${reason}`;
    }
    case 'trigger.ran':
      return `ran the trigger ${hop.data.trigger} of the user pool`;
    case 'trigger.failed':
      return `the trigger ${hop.data.trigger} failed: ${hop.data.message}`;
    case 'user-pools-api.answered':
      return `answered the operation ${hop.data.operation} of the user pools API`;
    case 'user-pools-api.rejected': {
      const { error, message, reason } = hop.data;
      return `rejected with ${error}: ${message.trim()}${reason === undefined ? '' : ` (${reason})`}`;
    }
    case 'user-pools-api.code-sent':
      return `created a code to ${CODE_PURPOSES[hop.data.purpose]}: AWS sends it, the local cloud logs it`;
    case 'redirect.sent': {
      const { location, error } = hop.data;
      return `redirects to ${location}${error === undefined ? '' : `, with the error ${error}`}`;
    }
    case 'response.sent':
      return `answers with ${hop.data.status}`;
  }
}

const CHALLENGE_REASONS: Readonly<Record<SignInChallengeName, string>> = {
  NEW_PASSWORD_REQUIRED: 'the password is temporary',
  MFA_SETUP: 'the user pool requires MFA, and the user has no authenticator app yet',
  SOFTWARE_TOKEN_MFA: 'the user has an authenticator app',
};

const CODE_PURPOSES: Readonly<Record<CognitoEvents['user-pools-api.code-sent']['purpose'], string>> = {
  'sign-up': 'confirm the user',
  'new-password': 'reset the password',
  email: 'verify the e-mail address',
  phone_number: 'verify the phone number',
};

const RECOVERY_REASONS: Readonly<Record<CognitoEvents['recovery.rejected']['reason'], string>> = {
  'unknown-user': 'the user does not exist',
  'temporary-password': 'the user has a temporary password',
  'not-verified':
    'the user has no verified e-mail address or phone number that AccountRecoverySetting allows',
};

function granted({ grant, rotated }: CognitoEvents['token.granted']): string {
  switch (grant) {
    case 'authorization_code':
      return 'exchanged the code for tokens';
    case 'refresh_token':
      return `exchanged the refresh token for tokens${rotated ? ', including a new refresh token (rotation is on)' : ''}`;
    case 'client_credentials':
      return 'issued a token for the app client itself';
  }
}

function tokenFault({ reason, code }: CognitoEvents['user-info.token-rejected']): string {
  switch (reason) {
    case 'not-a-token':
      return 'it is not a JSON web token';
    case 'unknown-key':
      return 'no user pool signs access tokens with this key: it is an ID token, or the key was rotated';
    case 'made-to-expire':
      return 'the console made all tokens expire';
    case 'not-valid':
      return code === 'ERR_JWT_EXPIRED' ? 'the token has expired' : `the token is not valid (${code ?? ''})`;
  }
}

function loginFault({ reason, failures = 0, userExists }: CognitoEvents['login.failed']): string {
  switch (reason) {
    case 'disabled':
      return 'the password is right, but an administrator has disabled the user';
    case 'locked':
      return `${userExists ? 'the user' : 'this user name'} is locked after too many wrong passwords`;
    case 'temporary-password-expired':
      return 'the temporary password is right, but has expired';
    case 'unknown-user':
      return `the user does not exist (failure ${failures} in a row)`;
    case 'wrong-password':
      return `wrong password of an existing user (failure ${failures} in a row)`;
  }
}
