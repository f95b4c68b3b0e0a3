import { CALLBACK_PATH, SIGNED_OUT_PATH, type RuntimeConfig } from '@spa-on-aws/shared-types';
import {
  AccountRecovery,
  CfnManagedLoginBranding,
  FeaturePlan,
  ManagedLoginVersion,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  UserPool,
  UserPoolClient,
  UserPoolClientIdentityProvider,
  UserPoolDomain,
  UserPoolResourceServer,
} from 'aws-cdk-lib/aws-cognito';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import { domainPrefixProblem, signInOrigin, userPoolOrigin } from './domain-prefix';

const RESOURCE_SERVER = 'greetings';
const READ_SCOPE = 'read';

/** Properties of {@link SignIn}. */
export interface SignInProps {
  /** Origin of the site people sign in from, no trailing slash; callback and logout URLs lie below it. */
  readonly siteUrl: string;
  /** First label of managed login's host name; a literal is checked against Cognito's rules (CG-AD-07). */
  readonly domainPrefix: string;
  /**
   * Whether everybody has to set up an authenticator app at the first sign-in; else who wants to may.
   *
   * @default false
   */
  readonly mfaRequired?: boolean;
  /**
   * What becomes of the people in the pool when the stack goes. `RETAIN` also protects the pool from deletion.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Sign-in by Cognito's managed login: a user pool that only administrators add people to, the API's scope, and a
 * public client for code + PKCE.
 *
 * People sign in with their e-mail address: it is what they remember, it is verified, and it can change while
 * their id (`sub`) stays.
 */
export class SignIn extends Construct {
  readonly userPool: UserPool;
  readonly client: UserPoolClient;
  /** The scope an access token needs at the API, `greetings/read`. */
  readonly apiScope = `${RESOURCE_SERVER}/${READ_SCOPE}`;
  /** What an access token for the API says. */
  readonly apiTokens: { readonly issuer: string; readonly clientId: string; readonly scope: string };
  /** What the single-page app needs to know to sign people in. */
  readonly runtimeConfig: RuntimeConfig;

  constructor(scope: Construct, id: string, props: SignInProps) {
    super(scope, id);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    const problem = domainPrefixProblem(props.domainPrefix);
    if (problem) throw new Error(`${this.node.path}: domainPrefix ${problem}.`);

    this.userPool = new UserPool(this, 'UserPool', {
      featurePlan: FeaturePlan.ESSENTIALS,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      mfa: props.mfaRequired ? Mfa.REQUIRED : Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
      removalPolicy,
    });

    acknowledge(this.userPool, 'Threat protection is paid for by the person.', 'COG8');
    if (!props.mfaRequired) {
      acknowledge(
        this.userPool,
        'Who wants a second factor may have one; requiring it is to be asked for.',
        'COG2',
      );
    }

    const readScope = new ResourceServerScope({
      scopeName: READ_SCOPE,
      scopeDescription: 'Ask for greetings',
    });
    const resourceServer = new UserPoolResourceServer(this, 'ResourceServer', {
      userPool: this.userPool,
      identifier: RESOURCE_SERVER,
      userPoolResourceServerName: 'Greeting API',
      scopes: [readScope],
    });

    const domain = new UserPoolDomain(this, 'Domain', {
      userPool: this.userPool,
      cognitoDomain: { domainPrefix: props.domainPrefix },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });

    this.client = new UserPoolClient(this, 'Client', {
      userPool: this.userPool,
      generateSecret: false,
      // Naming no flow would allow Cognito's defaults. With rotation the flow for refresh tokens must go (CG-TK-11), and
      // custom authentication leads nowhere: it needs triggers that this pool does not have.
      authFlows: { custom: true },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [
          OAuthScope.OPENID,
          OAuthScope.EMAIL,
          OAuthScope.PROFILE,
          OAuthScope.resourceServer(resourceServer, readScope),
        ],
        callbackUrls: [props.siteUrl + CALLBACK_PATH],
        logoutUrls: [props.siteUrl + SIGNED_OUT_PATH],
      },
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.minutes(60),
      idTokenValidity: Duration.minutes(60),
      refreshTokenValidity: Duration.days(1),
      // Long enough for an answer that was lost, or a second tab that asked at the same time.
      refreshTokenRotationGracePeriod: Duration.seconds(60),
    });

    // Without a style, managed login answers "Login pages unavailable" (CG-LG-06).
    const branding = new CfnManagedLoginBranding(this, 'Branding', {
      userPoolId: this.userPool.userPoolId,
      clientId: this.client.userPoolClientId,
      useCognitoProvidedValues: true,
    });
    branding.node.addDependency(domain);

    const issuer = `${userPoolOrigin()}/${this.userPool.userPoolId}`;
    const clientId = this.client.userPoolClientId;
    this.apiTokens = { issuer, clientId, scope: this.apiScope };
    this.runtimeConfig = {
      schemaVersion: 1,
      issuer,
      cognitoDomain: signInOrigin(props.domainPrefix),
      clientId,
      scopes: ['openid', 'email', 'profile', this.apiScope],
    };
  }
}
