import type { LedgerRow } from './ledger-row';

/** Observable behavior of Cognito user pools. */
export const COGNITO_ROWS: readonly LedgerRow[] = [
  { id: 'CG-OD-01', behavior: 'The OpenID configuration has a fixed set of keys', source: 'observed, sure' },
  {
    id: 'CG-OD-02',
    behavior: 'The OpenID configuration lacks PKCE, grant types, claims and introspection',
    source: 'observed, sure',
  },
  { id: 'CG-OD-03', behavior: '`end_session_endpoint` is `/logout`', source: 'observed, sure' },
  { id: 'CG-OD-04', behavior: 'Without a domain there are no usable endpoints', source: 'observed, likely' },
  {
    id: 'CG-OD-05',
    behavior: 'The domain does not serve the OpenID configuration',
    source: 'observed, likely',
  },
  {
    id: 'CG-JW-01',
    behavior: 'Two signing keys, one for ID tokens, one for access tokens',
    source: 'cog:amazon-cognito-user-pools-using-tokens-verifying-a-jwt, documented + observed, sure',
    difference: 'rotation removes the old keys from the key set at once',
  },
  {
    id: 'CG-JW-02',
    behavior: 'Discovery and keys can be read from every origin',
    source: 'observed, likely',
  },
  {
    id: 'CG-AZ-01',
    behavior: 'Without a session: 302 to `/login` with the same parameters, and cookies',
    source: 'cog:authorization-endpoint, documented + observed, sure',
    difference: 'sets `XSRF-TOKEN` and, with `lang`, `lang`; other cookies of managed login are missing',
  },
  {
    id: 'CG-AZ-02',
    behavior: 'With a session (one hour from sign-in): 302 to the callback with a code',
    source: 'cog:managed-login, documented, sure',
    difference:
      'all pools of a template share an origin, and so one session; cookies are `Secure` over HTTPS only',
  },
  { id: 'CG-AZ-03', behavior: 'Success: code and state, no `iss`', source: 'documented + observed, sure' },
  {
    id: 'CG-AZ-04',
    behavior: 'An unregistered `redirect_uri` ends on the error page',
    source: 'observed, sure',
  },
  {
    id: 'CG-AZ-05',
    behavior: 'An unknown or missing client ends on the error page',
    source: 'observed, unsure',
    difference: 'AWS does not document the message on the error page',
  },
  {
    id: 'CG-AZ-06',
    behavior: 'A wrong `response_type` or challenge is `invalid_request`',
    source: 'cog:authorization-endpoint, documented, sure',
  },
  {
    id: 'CG-AZ-07',
    behavior: 'A client without the flow is `unauthorized_client`',
    source: 'cog:authorization-endpoint, documented, sure',
  },
  {
    id: 'CG-AZ-08',
    behavior: 'A scope that the client does not have is `invalid_scope`',
    source: 'cog:authorization-endpoint, documented, likely',
    difference:
      'an unknown scope is `invalid_scope`, too; so is `email`, `phone` or `profile` without `openid`',
  },
  {
    id: 'CG-AZ-09',
    behavior: 'A request without `scope` gets all scopes of the client',
    source: 'cog:authorization-endpoint, documented, sure',
  },
  { id: 'CG-AZ-10', behavior: 'PKCE is optional', source: 'documented, sure' },
  { id: 'CG-AZ-11', behavior: '`state` is returned unchanged', source: 'documented, sure' },
  { id: 'CG-AZ-12', behavior: '`nonce` is in the ID token', source: 'documented, sure' },
  {
    id: 'CG-AZ-13',
    behavior: '`prompt` none and login',
    source: 'documented, sure',
  },
  {
    id: 'CG-AZ-14',
    behavior: '`login_hint`, `lang`, `identity_provider`, `resource`',
    source: 'documented, likely',
    difference: 'pages are always in English; a refreshed access token keeps the audience of `resource`',
  },
  { id: 'CG-AZ-15', behavior: 'Authorize takes GET only', source: 'documented, likely' },
  { id: 'CG-AZ-16', behavior: 'A code is valid once, for five minutes', source: 'documented, sure' },
  {
    id: 'CG-AZ-17',
    behavior: '`prompt` select_account and consent have no effect on users of the pool',
    source: 'cog:authorization-endpoint, documented, sure',
  },
  {
    id: 'CG-AZ-18',
    behavior: 'In a frame of another site there is no session: its cookie is `SameSite=Lax`',
    source: 'observed, likely',
    difference: 'decided by `Sec-Fetch-Dest`, because all ports of localhost are the same site',
  },
  {
    id: 'CG-AZ-19',
    behavior: 'The query of a registered redirect URI stays as it is',
    source: 'cog:authorization-endpoint, documented, likely',
  },
  {
    id: 'CG-AZ-20',
    behavior: 'The implicit flow: `response_type=token` returns tokens in the fragment',
    source: 'cog:authorization-endpoint, documented, sure',
    difference:
      'a template with the flow starts; its use is refused with `unauthorized_client` and a description',
  },
  {
    id: 'CG-LG-01',
    behavior: 'A wrong password and an unknown user get the same message',
    source: 'documented + observed, sure',
  },
  {
    id: 'CG-LG-02',
    behavior: 'A temporary password must be changed at the first sign-in',
    source: 'documented, sure',
    difference:
      'the new password comes before the set-up of an authenticator app; a code is valid once, for its 30 seconds and those before and after; five wrong codes end the sign-in',
  },
  {
    id: 'CG-LG-03',
    behavior: 'A temporary password expires',
    source: 'documented + observed, likely',
    difference: 'the days count from the start of the local cloud',
  },
  {
    id: 'CG-LG-04',
    behavior: 'Five failures lock the user, each further one for twice as long',
    source: 'documented, sure',
    difference: 'unknown usernames are locked like users, so that a lock does not reveal which users exist',
  },
  {
    id: 'CG-LG-05',
    behavior: 'The paths of managed login',
    source: 'cog:managed-login-endpoints, documented, sure',
    difference:
      'codes are in the log (recovery: valid for an hour, sign-up: a day, five tries each); `/confirmUser` and `/passkeys/add` do not exist',
  },
  {
    id: 'CG-LG-06',
    behavior: 'A client without branding has no login page',
    source: 'documented + observed, sure',
    difference: 'a client whose `SupportedIdentityProviders` lacks `COGNITO` has no login page either',
  },
  {
    id: 'CG-LG-07',
    behavior: 'Features of each plan',
    source: 'cog:cognito-sign-in-feature-plans, documented, sure',
    difference: 'the plan only decides whether managed login is available',
  },
  {
    id: 'CG-TK-01',
    behavior: 'A code is exchanged for tokens',
    source: 'cog:token-endpoint, documented + observed, sure',
    difference: 'a refresh token is opaque and shorter than that of Cognito',
  },
  {
    id: 'CG-TK-02',
    behavior: "A code that is used, expired, unknown or another client's is `invalid_grant`",
    source: 'cog:token-endpoint, documented, sure',
    difference: 'a second use revokes the tokens of the first (RFC 6749, 4.1.2)',
  },
  {
    id: 'CG-TK-03',
    behavior: 'A wrong `code_verifier` is `invalid_grant`',
    source: 'gh:DuendeArchive/identity-model-oidc-client-js#1182, inferred, likely',
    difference: 'a missing verifier, and one without a challenge, is `invalid_grant`',
  },
  {
    id: 'CG-TK-04',
    behavior: 'An unknown client or wrong secret is `invalid_client`',
    source: 'documented, likely',
  },
  {
    id: 'CG-TK-05',
    behavior: 'A client without the flow is `unauthorized_client`',
    source: 'documented, sure',
    difference:
      'a token of client credentials has the client id as `sub`; without `scope` it has all custom scopes',
  },
  { id: 'CG-TK-06', behavior: 'Another grant type is `unsupported_grant_type`', source: 'documented, sure' },
  {
    id: 'CG-TK-07',
    behavior: 'A missing parameter or JSON is `invalid_request`',
    source: 'documented + inferred, likely',
  },
  { id: 'CG-TK-08', behavior: 'GET is 405', source: 'observed, likely' },
  {
    id: 'CG-TK-09',
    behavior: 'Errors have no description',
    source: 'gh:aws-samples/aws-netcore…#1, observed, sure',
  },
  {
    id: 'CG-TK-10',
    behavior: 'A refresh returns new tokens with the old `auth_time`',
    source: 'documented, sure',
    difference: 'a refreshed ID token has no `nonce`; all tokens of a sign-in share `event_id`',
  },
  {
    id: 'CG-TK-11',
    behavior:
      'Rotation: each refresh returns a new refresh token; the old one stays valid in the grace period',
    source: 'cog:amazon-cognito-user-pools-using-the-refresh-token, documented, sure',
    difference: 'an old refresh token that is used after the grace period revokes its successors',
  },
  {
    id: 'CG-TK-12',
    behavior: 'A granted scope whose attributes the client cannot read',
    source: 'documented, unsure',
    difference: '`invalid_grant`, for the scopes `email` and `phone`',
  },
  {
    id: 'CG-TK-13',
    behavior: 'Preflights allow the requested headers; the token endpoint allows credentials',
    source: 'gh:aws-amplify/amplify-js#11459, gh:IdentityModel/oidc-client-js#1107, observed, likely',
  },
  { id: 'CG-JT-01', behavior: "The token's header is `kid` and `alg`", source: 'observed, sure' },
  {
    id: 'CG-JT-02',
    behavior: 'Lifetimes',
    source: 'documented, sure',
    difference: 'a challenge that expired, or of another browser, is 403 and asks for the password again',
  },
  {
    id: 'CG-JT-03',
    behavior: '`sub` is a UUID, and the username if users sign in by e-mail',
    source: 'documented, sure',
  },
  { id: 'CG-JT-04', behavior: 'Scopes decide the claims', source: 'documented, likely' },
  {
    id: 'CG-JT-05',
    behavior: 'userInfo returns `email_verified` as a string',
    source: 'cog:userinfo-endpoint, documented + observed, sure',
    difference: 'without `openid` it is 403',
  },
  {
    id: 'CG-JT-06',
    behavior: 'Groups are in both tokens, also after a refresh; without groups there is no claim',
    source: 'cog:amazon-cognito-user-pools-using-tokens-with-identity-providers, documented, sure',
    difference: 'in the order of the template; AWS documents no order',
  },
  {
    id: 'CG-JT-07',
    behavior:
      'Roles of groups are in the ID token, with the role of the lowest precedence as the preferred one',
    source: 'cog:cognito-user-pools-user-groups, documented, likely',
    difference: 'the ARN of a role in the template is made up; roles have no effect',
  },
  {
    id: 'CG-LO-01',
    behavior: 'Logout ends the session and returns to a registered `logout_uri`',
    source: 'cog:logout-endpoint, documented, sure',
  },
  {
    id: 'CG-LO-02',
    behavior: 'Logout with `redirect_uri` leads to the login page',
    source: 'cog:logout-endpoint, documented, sure',
  },
  {
    id: 'CG-LO-03',
    behavior: "Logout with OIDC's own parameters is an error page",
    source: 'gh:streamlit#14601, observed, sure',
  },
  {
    id: 'CG-LO-04',
    behavior: 'An unregistered `logout_uri` is an error page',
    source: 'documented + observed, likely',
    difference: 'the error is `Invalid logout_uri`',
  },
  { id: 'CG-LO-05', behavior: 'Logout leaves tokens valid', source: 'documented, sure' },
  {
    id: 'CG-RV-01',
    behavior: 'Revoking a refresh token is 200, also repeatedly',
    source: 'cog:revocation-endpoint, documented, sure',
  },
  {
    id: 'CG-RV-02',
    behavior: 'Other tokens are `unsupported_token_type`',
    source: 'cog:revocation-endpoint, documented, sure',
  },
  {
    id: 'CG-RV-03',
    behavior: 'Errors of revocation: switched off, missing token, wrong client',
    source: 'cog:revocation-endpoint, documented, sure',
    difference: 'with revocation off, tokens have no `origin_jti`, ID tokens no `jti`',
  },
  {
    id: 'CG-RV-04',
    behavior: 'Revoked tokens fail at the pool, and pass a check of the signature',
    source: 'documented + inferred, sure',
  },
  {
    id: 'CG-AD-01',
    behavior: 'Users created by an administrator have a temporary password',
    source: 'documented, sure',
    difference: 'the password is in the users file; no message is sent',
  },
  { id: 'CG-AD-02', behavior: 'A permanent password needs no change', source: 'documented, sure' },
  { id: 'CG-AD-03', behavior: 'The default password policy', source: 'documented, likely' },
  { id: 'CG-AD-04', behavior: '`PreventUserExistenceErrors`', source: 'documented, sure' },
  {
    id: 'CG-AD-05',
    behavior: 'The names that users sign in with cannot change',
    source: 'documented, sure',
    difference: 'checked when the template changes while the local cloud runs',
  },
  {
    id: 'CG-AD-06',
    behavior: 'Allowed callback URLs',
    source: 'documented, likely',
    difference: 'custom URL schemes are rejected at start',
  },
  { id: 'CG-AD-07', behavior: 'Allowed domain prefixes', source: 'documented, sure' },
  {
    id: 'CG-UP-01',
    behavior: 'The user pools API: `POST /`, operation in `X-Amz-Target`, JSON 1.1, errors by name with 400',
    source: 'cog:user-pools-API-operations + the service model of the AWS SDK, documented, sure',
    difference:
      'messages of errors are AWS’s where they are known; operations that are missing here are `UnknownOperationException`; bodies have at most 16 KiB',
  },
  {
    id: 'CG-UP-02',
    behavior:
      'Operations for users need no AWS credentials and have CORS; those for administrators are signed',
    source: 'cog:user-pools-API-operations, documented, sure',
    difference:
      'any credentials will do, signatures and IAM are not checked; operations for administrators are refused to browsers',
  },
  {
    id: 'CG-UP-03',
    behavior: 'InitiateAuth honors `ExplicitAuthFlows`, the client’s secret and `PreventUserExistenceErrors`',
    source: 'cog:amazon-cognito-user-pools-authentication-flow-methods, documented, sure',
  },
  {
    id: 'CG-UP-04',
    behavior: 'USER_SRP_AUTH: SRP-6a with 3072 bits and SHA-256, as the clients compute it',
    source: 'amazon-cognito-identity-js and aws-amplify, observed, sure',
    difference: 'devices are not remembered; the salt of a user is new at each sign-in',
  },
  {
    id: 'CG-UP-05',
    behavior:
      'Challenges NEW_PASSWORD_REQUIRED, MFA_SETUP and SOFTWARE_TOKEN_MFA, each answered once by its session',
    source: 'cog:authentication-flows-public-server-side, documented, sure',
    difference: 'a session of SOFTWARE_TOKEN_MFA takes five wrong codes',
  },
  {
    id: 'CG-UP-06',
    behavior: 'Sign-up, its confirmation and codes; a code is deleted after five wrong tries',
    source: 'cog:signing-up-users-in-your-app, documented, likely',
    difference: 'codes are logged; SignUp refuses an alias that another user has verified',
  },
  {
    id: 'CG-UP-07',
    behavior:
      'Tokens of the API and of the login page: refreshed and revoked by both; a global sign-out ends all',
    source: 'cog:token-revocation, documented, sure',
  },
  {
    id: 'CG-UP-08',
    behavior: 'Users read and change their attributes, as far as the client and the schema allow',
    source: 'cog:user-pool-settings-attributes, documented, sure',
    difference: 'constraints of the schema (length, range) are not checked',
  },
  {
    id: 'CG-UP-09',
    behavior: 'Administrators create, change, disable and delete users, and put them into groups',
    source: 'cog:managing-users, documented, sure',
    difference:
      'users that the users file creates come back when the users are reset; invitations are logged',
  },
  {
    id: 'CG-UP-10',
    behavior: 'Pools, clients, users and groups are listed in pages and described',
    source: 'cog:user-pools-API-operations, documented, sure',
    difference: 'a description has the settings that the local cloud reads; lifetimes are in seconds',
  },
  {
    id: 'CG-UP-11',
    behavior:
      'USER_AUTH offers the first factors that `SignInPolicy` allows and the user has, or starts `PREFERRED_CHALLENGE`: PASSWORD, PASSWORD_SRP, EMAIL_OTP and SMS_OTP with eight digits',
    source:
      'cog:authentication-flows-selection-sdk, documented; aws-amplify and gh:aws-amplify/amplify-js#14428, observed, likely',
    difference:
      'users cannot register passkeys, so WEB_AUTHN is not offered; the login pages ask for the password only; one-time passwords are logged, and go to verified addresses only',
  },
  {
    id: 'CG-IP-01',
    behavior: 'Users of other identity providers, such as Google, can sign in to a client that supports them',
    source: 'cognito:cognito-user-pools-identity-federation, documented, sure',
    difference:
      'refused, unless `--without` leaves the providers out: then only users of the pool can sign in',
  },
  {
    id: 'CG-TR-01',
    behavior:
      'A trigger’s function gets the common parameters and those of its event, called as cognito-idp.amazonaws.com for the user pool',
    source: 'cog:cognito-user-pools-working-with-lambda-triggers, documented, sure',
    difference:
      '`awsSdkVersion` is always aws-sdk-unknown-unknown; client metadata are sent to the triggers of custom challenges only',
  },
  {
    id: 'CG-TR-02',
    behavior: 'A function has 5 s; after three calls without an answer, the request fails',
    source: 'cog:cognito-user-pools-working-with-lambda-triggers, documented, sure',
  },
  {
    id: 'CG-TR-03',
    behavior:
      'Errors of triggers: UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException',
    source: 'messages in issues of aws-amplify and amazon-cognito-identity-js, observed, likely',
  },
  {
    id: 'CG-TR-04',
    behavior:
      'PreTokenGeneration runs for each sign-in and refresh; after the login page, its error goes to the callback',
    source: 'cog:user-pool-lambda-pre-token-generation, documented, likely',
    difference:
      'after the login page it runs when the code is issued, which AWS does not document; the error is invalid_request',
  },
  {
    id: 'CG-TR-05',
    behavior:
      'PreTokenGeneration V1_0 changes the ID token, and the groups of both tokens; changes of fixed claims have no effect',
    source: 'cog:user-pool-lambda-pre-token-generation, documented, sure',
    difference: 'groups cannot be changed as claims, only by groupOverrideDetails',
  },
  {
    id: 'CG-TR-06',
    behavior: 'PreTokenGeneration V2_0 and V3_0 change claims and scopes of the access token, too',
    source: 'cog:user-pool-lambda-pre-token-generation, documented, sure',
  },
  {
    id: 'CG-TR-07',
    behavior: 'PreTokenGeneration V3_0 changes the tokens of the client credentials grant',
    source: 'cog:user-pool-lambda-pre-token-generation, documented, sure',
    difference: 'AWS does not document `userName` of this event: here it is the id of the app client',
  },
  {
    id: 'CG-TR-08',
    behavior: 'The token endpoint answers 400 when PreTokenGeneration fails',
    source: 'no source, inferred, unsure',
    difference: 'the error is invalid_request, with the message as error_description',
  },
  {
    id: 'CG-TR-09',
    behavior:
      'PostConfirmation runs after a user was confirmed or has reset the password, which stays when it fails',
    source: 'cog:user-pool-lambda-post-confirmation, documented, likely',
    difference: 'when it fails after a page, a page shows its message',
  },
  {
    id: 'CG-TR-10',
    behavior:
      'PreSignUp refuses a new user, or confirms the user and verifies addresses; of administrators’ users it can only refuse',
    source: 'cog:user-pool-lambda-pre-sign-up, documented, sure',
    difference:
      'a page of its own shows the message of a refusal; a confirmed user signs in on the login page',
  },
  {
    id: 'CG-TR-11',
    behavior:
      'PreAuthentication runs before a password is checked, PostAuthentication before there are tokens; both refuse a sign-in',
    source: 'cog:user-pool-lambda-pre-authentication and post-authentication, documented, likely',
    difference: 'a page of its own shows the message of a refusal; `validationData` of SRP is null',
  },
  {
    id: 'CG-TR-12',
    behavior:
      'DefineAuthChallenge, CreateAuthChallenge and VerifyAuthChallengeResponse run the flow CUSTOM_AUTH, with or without a password by SRP',
    source: 'cog:user-pool-lambda-define-auth-challenge, documented, likely',
    difference:
      'a new password and the second factor follow the challenges; on AWS, they follow the password. Only CUSTOM_CHALLENGE and PASSWORD_VERIFIER can be chosen',
  },
  {
    id: 'CG-TR-13',
    behavior: 'CustomMessage writes subject and text of messages with codes and temporary passwords',
    source: 'cog:user-pool-lambda-custom-message, documented, likely',
    difference:
      'messages are logged; texts for e-mail need no EmailSendingAccount DEVELOPER, and a text without its placeholders is replaced by the default text',
  },
  {
    id: 'CG-TR-14',
    behavior:
      'UserMigration creates users when they sign in with a password or have forgotten it; RESET_REQUIRED asks for a new password',
    source: 'cog:user-pool-lambda-migrate-user, documented, likely',
    difference: 'there is no welcome message; after a forgotten password, the status is RESET_REQUIRED',
  },
  {
    id: 'CG-TR-15',
    behavior: 'CustomEmailSender and CustomSMSSender get all messages, with codes encrypted by a KMS key',
    source: 'cog:user-pool-lambda-custom-email-sender, documented, sure',
    difference: 'they are not called: the start warns, and the log has all messages',
  },
];
