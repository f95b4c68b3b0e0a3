import { API_GROUPS, CALLBACK_PATH, SIGNED_OUT_PATH, type RuntimeConfig } from '@spa-on-aws/shared-types';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import { Aws, Duration, Fn, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import type { RetentionProps } from '../retention';

const RESOURCE_SERVER = 'greetings';
const READ_SCOPE = 'read';

/** Properties of {@link SignIn}. */
export interface SignInProps extends RetentionProps {
  /** Origin of the site, without a trailing slash. Callback and logout URLs are below it. */
  readonly siteUrl: string;
  /** First label of managed login's domain name. Must follow Cognito's rules (CG-AD-07). */
  readonly domainPrefix: string;
  /**
   * Requires every user to set up an authenticator app at the first sign-in. If false, users can choose to.
   *
   * @default false
   */
  readonly mfaRequired?: boolean;
  /** Names of groups, in addition to those that operations of the API require. @default none */
  readonly groups?: readonly string[];
}

/**
 * Sign-in with Cognito's managed login: a user pool with its groups, the API's scope, and a public client for the authorization
 * code flow with PKCE. Only administrators can create users.
 *
 * Users sign in with their email address. It is verified and can change, while the user's id (`sub`) stays the same.
 */
export class SignIn extends Construct {
  readonly userPool: cognito.UserPool;
  readonly client: cognito.UserPoolClient;
  /** Scope that the API requires, `greetings/read`. */
  readonly apiScope = `${RESOURCE_SERVER}/${READ_SCOPE}`;
  /** Environment variables of the API, with which it verifies access tokens. */
  readonly apiEnvironment: Readonly<Record<string, string>>;
  /** Runtime configuration that the single-page app needs for sign-in. */
  readonly runtimeConfig: RuntimeConfig;

  constructor(scope: Construct, id: string, props: SignInProps) {
    super(scope, id);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;

    this.userPool = new cognito.UserPool(this, 'UserPool', {
      featurePlan: cognito.FeaturePlan.ESSENTIALS,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      accountRecovery: cognito.AccountRecovery.EMAIL_ONLY,
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      mfa: props.mfaRequired ? cognito.Mfa.REQUIRED : cognito.Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
      removalPolicy,
    });

    acknowledge(this.userPool, 'Threat protection has a cost per user.', 'COG8');
    if (!props.mfaRequired) {
      acknowledge(this.userPool, 'MFA is optional for users. Requiring it is opt-in (mfaRequired).', 'COG2');
    }

    for (const groupName of new Set([...API_GROUPS, ...(props.groups ?? [])])) {
      // A user's groups are data: they are retained like the pool.
      this.userPool.addGroup(`Group-${groupName}`, { groupName }).applyRemovalPolicy(removalPolicy);
    }

    const readScope = new cognito.ResourceServerScope({
      scopeName: READ_SCOPE,
      scopeDescription: 'Read greetings',
    });
    const resourceServer = new cognito.UserPoolResourceServer(this, 'ResourceServer', {
      userPool: this.userPool,
      identifier: RESOURCE_SERVER,
      userPoolResourceServerName: 'Greeting API',
      scopes: [readScope],
    });

    const domain = new cognito.UserPoolDomain(this, 'Domain', {
      userPool: this.userPool,
      cognitoDomain: { domainPrefix: props.domainPrefix },
      managedLoginVersion: cognito.ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });

    this.client = new cognito.UserPoolClient(this, 'Client', {
      userPool: this.userPool,
      generateSecret: false,
      // An empty list would enable Cognito's default flows. Token rotation forbids the refresh token flow (CG-TK-11), and
      // custom authentication cannot be used, because the pool has no triggers for it.
      authFlows: { custom: true },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [
          cognito.OAuthScope.OPENID,
          cognito.OAuthScope.EMAIL,
          cognito.OAuthScope.PROFILE,
          cognito.OAuthScope.resourceServer(resourceServer, readScope),
        ],
        callbackUrls: [props.siteUrl + CALLBACK_PATH],
        logoutUrls: [props.siteUrl + SIGNED_OUT_PATH],
      },
      supportedIdentityProviders: [cognito.UserPoolClientIdentityProvider.COGNITO],
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.minutes(60),
      idTokenValidity: Duration.minutes(60),
      refreshTokenValidity: Duration.days(1),
      // Covers a lost response, and two tabs that renew at the same time.
      refreshTokenRotationGracePeriod: Duration.seconds(60),
    });

    // Without a branding style, managed login shows "Login pages unavailable" (CG-LG-06).
    const branding = new cognito.CfnManagedLoginBranding(this, 'Branding', {
      userPoolId: this.userPool.userPoolId,
      clientId: this.client.userPoolClientId,
      useCognitoProvidedValues: true,
    });
    branding.node.addDependency(domain);

    const issuer = `${userPoolOrigin()}/${this.userPool.userPoolId}`;
    const clientId = this.client.userPoolClientId;
    this.apiEnvironment = { TOKEN_ISSUER: issuer, TOKEN_CLIENT_ID: clientId, TOKEN_SCOPE: this.apiScope };
    this.runtimeConfig = {
      schemaVersion: 1,
      issuer,
      cognitoDomain: signInOrigin(props.domainPrefix),
      clientId,
      scopes: ['openid', 'email', 'profile', this.apiScope],
    };
  }
}

/**
 * Returns the default domain prefix of a stage, `spa-{stage}-{8 hex digits of the stack's id}`.
 *
 * Prefixes are unique across all accounts (CG-AD-07), and synthesis knows no account. The prefix only changes when the
 * stack is deleted and created again.
 */
export function defaultDomainPrefix(stageName: string): string {
  const stackUuid = Fn.select(2, Fn.split('/', Aws.STACK_ID));
  return `spa-${stageName}-${Fn.select(0, Fn.split('-', stackUuid))}`;
}

/** Returns the origin of managed login on Cognito's domain, without a trailing slash. */
export function signInOrigin(domainPrefix: string): string {
  return `https://${domainPrefix}.auth.${Aws.REGION}.amazoncognito.com`;
}

/** Returns the origin of every user pool's discovery document and keys, without a trailing slash. */
export function userPoolOrigin(): string {
  return `https://cognito-idp.${Aws.REGION}.amazonaws.com`;
}
